// SPDX-License-Identifier: GPL-2.0-or-later
#include "conclusions.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <span>
#include <tuple>

#include "clock.hpp"
#include "columns.hpp"
#include "idle_timeouts.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

/// What happens at one host with no longer pause than this has happened at once.
constexpr int64_t longest_pause = 10 * second;
/// Of one kind of trouble so many places are told apart, those with most of it.
constexpr size_t most_places = 5;

/// What befell a connection.
struct Case {
    Socket where;         ///< the endpoint that it is told of
    int64_t when = 0;     ///< ns since the epoch
    int64_t measure = 0;  ///< ns: how long it lasted, or how long nothing was sent before
    uint32_t conn = 0;
};
using Cases = std::span<const Case>;

/// The names of those whose timeout it may be.
std::string products_of(int64_t silence) {
    std::string names;
    for (const IdleTimeout& row : idle_timeouts()) {
        int64_t const time = row.seconds * second;
        if (std::abs(silence - time) > tolerance_of_timer(time)) continue;
        if (!names.empty()) names += ", ";
        names += row.product;
    }
    return names;
}
/// \name What befell it; nothing: something else, or nothing
/// @{
using Found = std::optional<Case>;
using C = const ConnectionView&;

const Socket& socket(C c, Role role) { return role == Role::Client ? c.row.client : c.row.server; }
Found at(C c, Role role, int64_t when, int64_t measure = 0) { return Case{socket(c, role), when, measure, c.conn}; }
Outcome outcome(C c) { return c.connection().outcome(); }
bool is_possible(const NotedSegment* reset) {
    return reset != nullptr && reset->verdict.reset.confidence == Confidence::Possible;
}
bool has_cause(C c, std::initializer_list<Cause> causes) {
    return c.row.reset != nullptr &&
           std::find(causes.begin(), causes.end(), c.row.reset->verdict.reset.cause) != causes.end();
}

Found crash(C c, bool possible) {
    if (outcome(c) != Outcome::Crashed || c.row.half_open == nullptr) return {};
    if (is_possible(c.row.reset.get()) != possible) return {};
    return at(c, c.row.half_open->verdict.half_open.gone, c.row.half_open->time);
}
Found crashed(C c) { return crash(c, false); }
Found perhaps_crashed(C c) { return crash(c, true); }

/// Where it may be a crash as well, only if somebody has that timeout by default.
Found reset_after_silence(C c) {
    int64_t const silence = c.connection().close_idle();
    bool const ended = c.row.was_reset && has_cause(c, {Cause::Crash, Cause::Middlebox, Cause::Abort});
    if (!ended || silence < c.tracker.preferences().idle_timeout_from) return {};
    if (has_cause(c, {Cause::Crash}) && !is_possible(c.row.reset.get()) && products_of(silence).empty()) return {};
    return at(c, c.row.reset->verdict.sender, c.row.reset->time, silence);
}
/// It was reset for one of these causes.
Found reset_for(C c, std::initializer_list<Cause> causes) {
    if (!has_cause(c, causes)) return {};
    return at(c, c.row.reset->verdict.sender, c.row.reset->time);
}
Found foreign_reset(C c) { return reset_for(c, {Cause::Foreign}); }
Found accepted_foreign_reset(C c) {
    return c.row.was_reset && !is_possible(c.row.reset.get()) ? foreign_reset(c) : Found();
}
Found data_after_close(C c) { return reset_for(c, {Cause::DataAfterClose}); }
Found handshake_rejected(C c) { return reset_for(c, {Cause::HandshakeRejected}); }
Found handshake_aborted(C c) { return reset_for(c, {Cause::HandshakeAbort}); }
Found forgotten(C c) {
    if (outcome(c) != Outcome::Forgotten || c.row.reset == nullptr) return {};
    return at(c, c.row.reset->verdict.sender, c.row.reset->time);
}
Found timed_out(C c) {
    if (outcome(c) != Outcome::TimedOut || c.row.reset == nullptr) return {};
    return at(c, other(c.row.reset->verdict.sender), c.row.reset->time);
}
Found half_open(C c) {
    if (outcome(c) != Outcome::HalfOpen || c.row.half_open == nullptr) return {};
    const HalfOpen& half_open = c.row.half_open->verdict.half_open;
    return at(c, half_open.gone, c.row.half_open->time, half_open.duration);
}
Found aborted(C c) {
    if (outcome(c) != Outcome::Aborted || c.row.reset == nullptr) return {};
    return at(c, c.row.reset->verdict.sender, c.row.reset->time);
}
Role closer(C c) { return c.row.half_closed == MaybeRole::Client ? Role::Client : Role::Server; }
Found close_wait(C c) {
    Value since;
    bool const there = column(ColumnId::CloseWait).get(c, since);
    if (!there || since.signed_number < c.tracker.preferences().half_closed_threshold) return {};
    return at(c, other(closer(c)), c.connection().first_fin_time, since.signed_number);
}
Found half_closed_long(C c) {
    if (!c.connection().half_close_long_told || c.row.half_closed == MaybeRole::None) return {};
    return at(c, other(closer(c)), c.connection().first_fin_time, c.row.half_close.duration);
}
Found never_closed(C c) {
    if (outcome(c) != Outcome::HalfClosed) return {};
    return at(c, other(closer(c)), c.connection().first_fin_time, c.row.half_close.duration);
}
Found recovered(C c) {
    Value in;
    if (!column(ColumnId::HalfOpenRecoveredIn).get(c, in)) return {};
    const HalfOpen& half_open = c.row.half_open->verdict.half_open;
    return at(c, half_open.gone, c.row.half_open->time, half_open.duration);
}
Found without_effect(C c) {
    if (c.row.reset == nullptr || c.row.was_reset) return {};
    ResetEffect const effect = c.row.reset->verdict.reset.effect;
    if (effect != ResetEffect::Challenged && effect != ResetEffect::Ignored) return {};
    if (has_cause(c, {Cause::AfterClose})) return {};
    return at(c, c.row.reset->verdict.sender, c.row.reset->time);
}
template <Outcome which>
Found attempt(C c) {
    if (outcome(c) != which) return {};
    return at(c, Role::Server, c.row.first.time);
}
/// @}

/// Which cases are told together.
enum class Together : uint8_t {
    AtOneHost,
    AtOneTime,       ///< at one host
    AfterOneSilence  ///< of the same length
};

/// \name What else is told of cases that are told together
/// @{
using Tail = void(Cases cases, std::string& text);

int64_t longest(Cases cases) {
    int64_t most = 0;
    for (const Case& each : cases) most = std::max(most, each.measure);
    return most;
}
void tell_nothing(Cases, std::string&) {}
int64_t span(Cases cases) { return cases.back().when - cases.front().when; }
void tell_span(Cases cases, std::string& text) {
    if (cases.size() > 1) text += (span(cases) <= longest_pause ? " within " : " over ") + rounded(span(cases));
}
void tell_outage(Cases cases, std::string& text) {
    tell_span(cases, text);
    if (cases.size() > 1 && span(cases) <= longest_pause) text += ": an outage";
}
void tell_longest(Cases cases, std::string& text) {
    text += (cases.size() > 1 ? ", up to " : ", for ") + rounded(longest(cases));
}
void tell_silence(Cases cases, std::string& text) {
    int64_t const silence = cases[cases.size() / 2].measure;
    std::string const products = products_of(silence);
    text += " after " + std::to_string((silence + second / 2) / second) + " s of silence, " +
            (products.empty() ? "as after an idle timeout" : "consistent with " + products);
}
/// @}

/// One row: a connection is told of by the first whose question it answers.
struct Row {
    Weight weight;
    Together together;
    Found (*find)(C);
    const char *one, *many;  ///< behind the number of connections
    const char* rest;        ///< with the place for @
    Tail* tail;
};

// clang-format off
constexpr Row rows[] = {
    {Weight::Warning, Together::AfterOneSilence, reset_after_silence, "connection was", "connections were", "reset by @", tell_silence},
    {Weight::Error,   Together::AtOneTime, crashed, "connection", "connections", "crashed at @", tell_outage},
    {Weight::Error,   Together::AtOneHost, accepted_foreign_reset, "connection was", "connections were", "ended by a RST that @ probably did not send", tell_nothing},
    {Weight::Warning, Together::AtOneHost, foreign_reset, "connection", "connections", "got a RST in the name of @ that is perhaps forged", tell_nothing},
    {Weight::Warning, Together::AtOneTime, perhaps_crashed, "connection", "connections", "perhaps crashed at @", tell_span},
    {Weight::Warning, Together::AtOneTime, forgotten, "connection was", "connections were", "forgotten by a middlebox in front of @", tell_nothing},
    {Weight::Warning, Together::AtOneTime, timed_out, "connection was", "connections were", "given up, as @ did not answer", tell_nothing},
    {Weight::Warning, Together::AtOneTime, half_open, "connection is", "connections are", "perhaps half-open: @ did not answer to the end", tell_longest},
    {Weight::Warning, Together::AtOneHost, close_wait, "connection stays", "connections stay", "in CLOSE-WAIT, as the program at @ does not close", tell_longest},
    {Weight::Warning, Together::AtOneHost, data_after_close, "connection was", "connections were", "reset by @, which had closed and got data", tell_nothing},
    {Weight::Warning, Together::AtOneHost, handshake_rejected, "handshake was", "handshakes were", "rejected by @, which had answered the SYN", tell_nothing},
    {Weight::Note,    Together::AtOneHost, handshake_aborted, "attempt to connect was", "attempts to connect were", "given up by @", tell_nothing},
    {Weight::Warning, Together::AtOneHost, aborted, "connection was", "connections were", "aborted by @", tell_nothing},
    {Weight::Note,    Together::AtOneHost, half_closed_long, "connection was", "connections were", "half-closed for long, open on the side of @", tell_longest},
    {Weight::Note,    Together::AtOneHost, never_closed, "connection was", "connections were", "closed by one end only, not by @", tell_nothing},
    {Weight::Note,    Together::AtOneHost, attempt<Outcome::Refused>, "connection was", "connections were", "refused by @", tell_nothing},
    {Weight::Note,    Together::AtOneHost, attempt<Outcome::Unanswered>, "attempt to connect got", "attempts to connect got", "no answer from @", tell_nothing},
    {Weight::Note,    Together::AtOneHost, attempt<Outcome::Embryonic>, "handshake", "handshakes", "with @ did not come to an end", tell_nothing},
    {Weight::Note,    Together::AtOneTime, recovered, "connection", "connections", "had an outage, in which @ did not answer", tell_longest},
    {Weight::Note,    Together::AtOneHost, without_effect, "connection", "connections", "got a RST that changed nothing, in the name of @", tell_nothing},
    {Weight::Note,    Together::AtOneHost, attempt<Outcome::Probe>, "probe was", "probes were", "sent to @", tell_nothing},
};
// clang-format on

auto order_of(const Case& c, Together together) {
    const Address& host = c.where.address;
    bool const by_host = together != Together::AfterOneSilence;
    return std::tuple(by_host ? host.length : uint16_t{0}, by_host ? host.bytes : decltype(host.bytes){},
                      by_host ? c.when : c.measure, c.conn);
}

bool belong_together(const Case& a, const Case& b, Together together) {
    if (together == Together::AfterOneSilence) return b.measure - a.measure <= tolerance_of_timer(a.measure);
    return a.where.address == b.where.address && (together == Together::AtOneHost || b.when - a.when <= longest_pause);
}

/// Parts of the list, which is sorted for that; the largest first.
std::vector<Cases> groups_of(std::vector<Case>& cases, Together together) {
    std::sort(cases.begin(), cases.end(),
              [&](const Case& a, const Case& b) { return order_of(a, together) < order_of(b, together); });
    std::vector<Cases> groups;
    for (size_t begin = 0, end = 0; begin < cases.size(); begin = end) {
        for (end = begin + 1; end < cases.size() && belong_together(cases[end - 1], cases[end], together);) ++end;
        groups.push_back(Cases(cases).subspan(begin, end - begin));
    }
    std::stable_sort(groups.begin(), groups.end(), [](Cases a, Cases b) { return a.size() > b.size(); });
    return groups;
}

size_t hosts_of(Cases cases) {
    std::vector<std::array<uint8_t, 16>> hosts;
    for (const Case& each : cases) hosts.push_back(each.where.address.bytes);
    std::sort(hosts.begin(), hosts.end());
    return static_cast<size_t>(std::unique(hosts.begin(), hosts.end()) - hosts.begin());
}

/// The endpoint, the host if it is not always the same port, or how many they are.
std::string place_of(Cases cases) {
    const Socket& first = cases.front().where;
    if (std::all_of(cases.begin(), cases.end(), [&](const Case& c) { return c.where == first; }))
        return socket_text(first);
    size_t const hosts = hosts_of(cases);
    if (hosts > 1) return std::to_string(hosts) + " hosts";
    Text text;
    add_address(first.address, text);
    return text.c_str();
}

Conclusion tell(const Row& rule, Cases cases, Tail* tail) {
    Conclusion conclusion{rule.weight, std::to_string(cases.size()) + " ", {}};
    conclusion.text += count_of(cases.size(), rule.one, rule.many);
    conclusion.text += std::string(" ") + rule.rest;
    size_t const place = conclusion.text.find('@');
    conclusion.text.replace(place, 1, place_of(cases));
    tail(cases, conclusion.text);
    for (const Case& each : cases) conclusion.connections.push_back(each.conn);
    std::sort(conclusion.connections.begin(), conclusion.connections.end());
    return conclusion;
}

/// The largest groups by themselves, all others together.
void tell_all(const Row& rule, std::vector<Case>& cases, std::vector<Conclusion>& list) {
    std::vector<Cases> const groups = groups_of(cases, rule.together);
    size_t const apart = groups.size() <= most_places + 1 ? groups.size() : most_places;
    for (size_t i = 0; i < apart; ++i) list.push_back(tell(rule, groups[i], rule.tail));
    std::vector<Case> others;
    for (size_t i = apart; i < groups.size(); ++i) others.insert(others.end(), groups[i].begin(), groups[i].end());
    if (!others.empty()) list.push_back(tell(rule, others, tell_nothing));
}

}  // namespace

const char* name(Weight weight) {
    static constexpr const char* names[] = {"error", "warning", "note", "ok"};
    static_assert(std::size(names) == static_cast<size_t>(Weight::Count));
    return names[static_cast<size_t>(weight)];
}

std::vector<Conclusion> conclude(const PageSource& source) {
    std::array<std::vector<Case>, std::size(rows)> found;
    const ConnectionRows::Rows& all = source.rows.all();
    for (uint32_t conn = 0; conn < all.size(); ++conn) {
        if (all[conn].first.frame == 0) continue;
        ConnectionView const view{all[conn], source.tracker, conn, source.rows.end()};
        for (size_t i = 0; i < std::size(rows); ++i)
            if (Found const its = rows[i].find(view)) {
                found[i].push_back(*its);
                break;
            }
    }
    std::vector<Conclusion> list;
    for (size_t i = 0; i < std::size(rows); ++i) tell_all(rows[i], found[i], list);
    std::stable_sort(list.begin(), list.end(),
                     [](const Conclusion& a, const Conclusion& b) { return a.weight < b.weight; });
    if (list.empty())
        list.push_back({Weight::Ok, "No connection has crashed, was reset, refused or left half-open.", {}});
    return list;
}

}  // namespace tcpstate
