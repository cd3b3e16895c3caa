// SPDX-License-Identifier: GPL-2.0-or-later
#include "oracle.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "events.hpp"
#include "fields.hpp"
#include "names.hpp"
#include "resets.hpp"

namespace fuzz {

using namespace tcpstate;

namespace {

/// Wireshark cuts the label of an item at this length.
constexpr size_t longest_label = 240;

bool ended(State s) { return s == State::Closed || s == State::TimeWait || s == State::Listen || s == State::Unknown; }
bool has_sent_fin(State s) {
    return s == State::FinWait1 || s == State::FinWait2 || s == State::Closing || s == State::LastAck ||
           s == State::TimeWait;
}

void print(const Action& action, const Verdict& v) {
    const Segment& s = action.segment;
    std::fprintf(stderr, "%4u %+.6f pair %u %c %s%s%s%s%s%s %u:%u ack %u len %u win %u ttl %u%s%s%s", s.frame,
                 static_cast<double>(s.time - 1'700'000'000'000'000'000) / 1e9, action.pair,
                 action.direction == 0 ? '>' : '<', action.is_icmp ? "ICMP " : "", s.any(flag::Syn) ? "S" : "",
                 s.any(flag::Fin) ? "F" : "", s.any(flag::Rst) ? "R" : "", s.any(flag::Psh) ? "P" : "",
                 s.any(flag::Ack) ? "." : "", s.seq.value, s.end().value, s.ack.value, s.length, s.window, s.ttl,
                 s.has_sack ? " sack" : "", s.has_timestamp ? " ts" : "", s.scale != no_scale ? " wscale" : "");
    std::fprintf(stderr, " | conn %u %s %s%s %s%s %s", v.conn, name(v.sender), name(v.client_state),
                 v.client_presumed ? "?" : "", name(v.server_state), v.server_presumed ? "?" : "", name(v.phase));
    for (const Change& change : v.changes) {
        const Rule& rule = rules[change.rule];
        std::fprintf(stderr, " [%s %s->%s]", name(change.who), name(rule.from), name(rule.to));
    }
    for (const EventRow& row : events())
        if ((v.events & bit(row.id)) != 0) std::fprintf(stderr, " +%s", row.name);
    if (v.is_reset())
        std::fprintf(stderr, " rst %s %s %s", name(v.reset.kind), name(v.reset.effect), name(v.reset.cause));
    std::fprintf(stderr, "\n");
}

/// Which of two verdicts' members differ, or null.
const char* first_difference(const Verdict& a, const Verdict& b) {
    if (a == b) return nullptr;
    if (!(static_cast<const Snapshot&>(a) == static_cast<const Snapshot&>(b))) return "the snapshot";
    if (a.conn != b.conn || a.incarnation != b.incarnation) return "the connection";
    if (a.idle != b.idle) return "idle";
    static constexpr const char* parts[] = {"events",      "half_open", "half_close",  "embryonic", "reset",
                                            "has_unacked", "unacked",   "annotations", "declared",  "changes"};
    static_assert(std::size(parts) == std::tuple_size_v<decltype(verdict_parts)>);
    const char* different = "something that is in no list of parts";
    size_t i = 0;
    std::apply([&](auto... part) { ((a.*part == b.*part ? void() : void(different = parts[i]), ++i), ...); },
               verdict_parts);
    return different;
}

bool same(const Acknowledgment& a, const Acknowledgment& b) {
    return a.number == b.number && a.frame == b.frame && a.time == b.time;
}

bool same(const Endpoint& a, const Endpoint& b) {
    bool const numbers = a.snd_nxt == b.snd_nxt && a.snd_una == b.snd_una && same(a.latest_ack, b.latest_ack) &&
                         same(a.other_ack, b.other_ack) && a.window_edge == b.window_edge &&
                         a.sent_edge == b.sent_edge && a.has_hole == b.has_hole;
    bool const counts = a.bytes == b.bytes && a.frames == b.frames && a.attempts == b.attempts;
    bool const times = a.last_time == b.last_time && a.last_frame == b.last_frame;
    return numbers && counts && times && a.state == b.state && a.presumed == b.presumed && a.hops_vary == b.hops_vary;
}

uint64_t mix(uint64_t digest, uint64_t value) { return (digest ^ value) * 0x100000001b3ULL + 0x9e3779b97f4a7c15ULL; }
uint64_t mix(uint64_t digest, const char* text) {
    for (; *text != '\0'; ++text) digest = mix(digest, static_cast<uint64_t>(static_cast<unsigned char>(*text)));
    return digest;
}

}  // namespace

/// TCPSTATE_FUZZ_TOLERATE names what is known to be broken, while the search for other things goes on.
void Oracle::fail(const char* what, const Seen& seen, const char* detail) const {
    static const char* const tolerated = std::getenv("TCPSTATE_FUZZ_TOLERATE");
    if (tolerated != nullptr && std::strstr(tolerated, what) != nullptr) return;
    std::fprintf(stderr, "\ninvariant broken in frame %u: %s\n", seen.action.segment.frame, what);
    if (detail != nullptr) std::fprintf(stderr, "namely: %s\n", detail);
    for (const Seen& each : seen_) print(each.action, each.verdict);
    std::abort();
}

void Oracle::require(bool holds, const char* what, const Seen& seen, const char* detail) const {
    if (!holds) [[unlikely]]
        fail(what, seen, detail);
}

void Oracle::judge(const Action& action, const Verdict& verdict) {
    uint8_t const place =
        action.same_frame && !seen_.empty() ? static_cast<uint8_t>(seen_.back().place + 1) : uint8_t{0};
    seen_.push_back({action, verdict, 0, place});
    Seen& seen = seen_.back();
    store_.store(action.segment.frame, place, verdict);
    require(verdict.conn < tracker_.size(), "a connection that exists", seen);
    require(verdict.client_state < State::Count && verdict.server_state < State::Count, "states of the enumeration",
            seen);
    require(verdict.changes.size() <= Changes::capacity, "no more changes than there is room for", seen);
    Known& known = known_[verdict.conn];
    check_changes(seen, known);
    check_bytes(seen, known);
    check_phase(seen);
    check_reset(seen);
    check_half_open(seen);
    if (thorough_) seen.digest = check_fields(seen, false);
}

/// A state changes only by a rule, each from where the one before had led. Guessed roles may be exchanged, once.
void Oracle::check_changes(const Seen& seen, Known& known) const {
    const Verdict& v = seen.verdict;
    unsigned const direction = seen.action.direction;
    if (known.fresh) {
        known = Known{};
        known.fresh = false;
        known.pair = seen.action.pair;
        known.guessed = v.guessed;
        known.roles[direction] = v.sender;
        known.roles[1 - direction] = seen.action.pair == 2 ? v.sender : other(v.sender);
    }
    require(known.pair == seen.action.pair, "a connection stays with its two sockets", seen);
    require(known.guessed || !v.guessed, "roles once known are not guessed again", seen);
    if (known.roles[direction] != v.sender) {
        require(known.guessed && !v.guessed, "only guessed roles are exchanged", seen);
        std::swap(known.state[0], known.state[1]);
        std::swap(known.roles[0], known.roles[1]);
    }
    known.guessed = v.guessed;
    for (const Change& change : v.changes) {
        require(change.rule < rule_count, "a rule of the table", seen);
        const Rule& rule = rules[change.rule];
        State& state = known.state[static_cast<size_t>(change.who)];
        require(state == rule.from, "a rule moves an endpoint from the state in which it was", seen);
        state = rule.to;
    }
    require(known.state == v.states(), "a state changes only by a rule", seen);
    require(v.annotations.copy_of == 0 || v.changes.size() == 0, "a copy changes no state", seen);
    require(v.annotations.copy_of < seen.action.segment.frame || seen.action.same_frame,
            "a copy comes after its packet", seen);
}

void Oracle::check_phase(const Seen& seen) const {
    const Verdict& v = seen.verdict;
    State const a = v.client_state, b = v.server_state;
    auto const either = [&](auto holds) { return holds(a) || holds(b); };
    auto const both = [&](auto holds) { return holds(a) && holds(b); };
    auto const open = [](State s) { return s == State::Established || s == State::Unknown; };
    auto const over = [](State s) { return ended(s) || s == State::LastAck || s == State::Closing; };
    switch (v.phase) {
        case Phase::Open: require(both(open), "phase open: both ESTABLISHED, or not heard", seen); break;
        case Phase::HalfClosed:
            require(v.half_closed != MaybeRole::None, "phase half-closed has a closer", seen);
            break;
        case Phase::Closing:
            require(either(has_sent_fin) || a == State::CloseWait || b == State::CloseWait || either(ended),
                    "phase closing: somebody has sent FIN", seen);
            break;
        case Phase::HalfOpen:
            require(v.half_open.kind != HalfOpenKind::None, "phase half-open tells which", seen);
            break;
        case Phase::Closed: require(both(over), "phase closed: both are over", seen); break;
        case Phase::Reset: require(either(ended), "phase reset: somebody is over", seen); break;
        case Phase::Opening:
            require(!(a == State::Established && b == State::Established), "phase opening: not both ESTABLISHED", seen);
            break;
        case Phase::Count: require(false, "a phase of the enumeration", seen); break;
    }
}

void Oracle::check_reset(const Seen& seen) const {
    const Verdict& v = seen.verdict;
    const Segment& s = seen.action.segment;
    require(v.is_reset() == (!seen.action.is_icmp && s.any(flag::Rst)), "a verdict on a RST, and on nothing else",
            seen);
    if (!v.is_reset()) return;
    const Reset& r = v.reset;
    require(r.cause < Cause::Count, "a cause of the table", seen);
    bool const rejected = r.effect == ResetEffect::Challenged || r.effect == ResetEffect::Ignored;
    // a reply may prove that an earlier one had been accepted
    require(!rejected || v.changes.size() == 0 || r.kind == ResetKind::Reply,
            "a RST that is not accepted changes no state", seen);
    require((r.kind == ResetKind::Reply) == (r.trigger != 0), "a reply, and nothing else, has a trigger", seen);
    require(r.trigger < s.frame || seen.action.same_frame, "a trigger comes before its reply", seen);
    require((r.alternatives >> static_cast<unsigned>(r.cause) & 1) == 0, "the cause is no alternative to itself", seen);
    require(v.has_unacked, "a RST tells what was not acknowledged", seen);
}

void Oracle::check_half_open(const Seen& seen) const {
    const Verdict& v = seen.verdict;
    if (v.half_open.kind == HalfOpenKind::None) return;
    const Connection& its = tracker_.connection(v.conn);
    const Endpoint& gone = v.half_open.gone == Role::Client ? its.client() : its.server();
    bool const told_before = v.half_open.kind == HalfOpenKind::Confirmed && !v.has(Event::HalfOpenConfirmed);
    require(v.half_open.since != 0 || !gone.heard || told_before,
            "half-open since a frame, if the end that is gone had been heard by then", seen);
    require(v.half_open.since <= seen.action.segment.frame, "half-open since an earlier frame", seen);
    bool const confirmed = v.half_open.kind == HalfOpenKind::Confirmed;
    require(confirmed == (v.half_open.discovered_by != Discovery::None), "confirmed by something", seen);
    const Connection& c = tracker_.connection(v.conn);
    require(!confirmed || (c.cold().discovered_in != 0 && c.cold().discovered_in <= seen.action.segment.frame),
            "confirmed in this frame or before", seen);
    require(confirmed || v.half_open.suspicion != no_index, "a suspicion has its hindsight", seen);
}

/// Payload is counted once: a segment cannot bring more than its length. A SYN,ACK may refuse what came with the SYN.
void Oracle::check_bytes(const Seen& seen, Known& known) const {
    const Connection& c = tracker_.connection(seen.verdict.conn);
    const Segment& s = seen.action.segment;
    uint64_t const bytes = c.client().bytes + (seen.action.pair == 2 ? 0 : c.server().bytes);
    uint64_t const brought = seen.action.is_icmp ? 0 : s.length;
    require(bytes <= known.bytes + brought, "a segment brings no more bytes than its length", seen);
    require(bytes >= known.bytes || s.has(flag::Syn | flag::Ack), "bytes are not taken back", seen);
    known.bytes = bytes;
}

/// Calls every getter. Returns a digest of all that it says (of online fields only, without hindsight).
uint64_t Oracle::check_fields(const Seen& seen, bool hindsight) const {
    View const view{seen.verdict, tracker_, seen.action.segment.frame, seen.action.segment.time, hindsight};
    uint64_t digest = 0;
    size_t named_events = 0;
    bool has_summary = false, has_explanation = false;
    for (const Field& field : fields()) {
        for (int index = 0;; ++index) {
            Value value;
            if (!field.get(view, index, value)) break;
            require(!field.hindsight || hindsight, "no hindsight without hindsight", seen);
            require(index < 64, "a field has an end of values", seen);
            if (!field.hindsight) digest = mix(digest, field.name);
            if (field.type == FieldType::String) {
                size_t const length = std::strlen(value.text.c_str());
                require(length > 0, "a string that is there is not empty", seen);
                bool const fits = std::strlen(field.label) + 2 + length < longest_label;
                require(fits, "a text that the tree shows whole", seen, value.text.c_str());
                if (!field.hindsight) digest = mix(digest, value.text.c_str());
            } else if (!field.hindsight) {
                digest = mix(mix(digest, value.number), static_cast<uint64_t>(value.signed_number));
            }
            if (std::strcmp(field.name, "event") == 0) ++named_events;
            has_summary = has_summary || std::strcmp(field.name, "summary") == 0;
            has_explanation = has_explanation || std::strcmp(field.name, "rst.explanation") == 0;
            if (!field.repeats) break;
        }
    }
    require(named_events == static_cast<size_t>(__builtin_popcount(seen.verdict.events)), "every event has its name",
            seen);
    require(has_summary == (seen.verdict.events != 0), "a summary whenever something happened", seen);
    require(has_explanation == seen.verdict.is_reset(), "every RST is explained", seen);
    return digest;
}

bool Oracle::told(Event event, uint32_t frame, uint32_t conn) const {
    return std::any_of(seen_.begin(), seen_.end(), [&](const Seen& seen) {
        bool const there = seen.action.segment.frame == frame && seen.verdict.conn == conn;
        return there && (seen.verdict.events & bit(event)) != 0;
    });
}

void Oracle::check_hindsight(const Seen& seen) const {
    const Verdict& v = seen.verdict;
    uint32_t const frame = seen.action.segment.frame;
    const Connection& c = tracker_.connection(v.conn);
    if (uint32_t const found = c.cold().discovered_in; found != 0) {
        bool const said = told(Event::HalfOpenConfirmed, found, v.conn);
        require(said, "what hindsight calls the discovery said so", seen);
    }
    if (v.half_open.suspicion != no_index && v.half_open.kind == HalfOpenKind::Suspected) {
        uint32_t const recovered = tracker_.suspicion(v.half_open.suspicion).recovered_in;
        require(recovered == 0 || recovered >= frame, "recovered later", seen);
    }
    if (v.half_closed != MaybeRole::None) {
        uint32_t const closed = c.half_closed_ended_in();
        require(closed == 0 || closed >= frame || c.half_close_ended_by_reset(), "half-closed until later", seen);
    }
    if (v.is_reset() && v.annotations.copy_of == 0) {  // a copy repeats what the first one told
        uint32_t const contradicted = tracker_.reset(v.reset.hindsight).contradicted_in;
        require(contradicted == 0 || contradicted >= frame, "contradicted later", seen);
    }
}

/// The fast path comes to the same verdict as the slow one, and to the same connection.
void Oracle::compare(const Action& action, const Verdict& verdict, const Tracker& slow_tracker,
                     const Verdict& slow) const {
    Seen const seen{action, verdict, 0, 0};
    const char* const different = first_difference(verdict, slow);
    require(different == nullptr, "the fast path comes to the same verdict as the slow one", seen, different);
    const Connection& a = tracker_.connection(verdict.conn);
    const Connection& b = slow_tracker.connection(slow.conn);
    require(same(a.client(), b.client()) && same(a.server(), b.server()), "the fast path learns the same", seen);
}

void Oracle::judge_all() {
    for (const Seen& seen : seen_) {
        Verdict recalled;
        require(store_.load(seen.action.segment.frame, seen.place, recalled), "the store has every verdict", seen);
        const char* const different = first_difference(recalled, seen.verdict);
        require(different == nullptr, "the store gives back what it got", seen, different);
        check_hindsight(seen);
        if (!thorough_) continue;
        require(check_fields(seen, false) == seen.digest, "online fields are the same in every pass", seen);
        require(check_fields(seen, true) == seen.digest, "online fields are the same with hindsight", seen);
    }
    if (!thorough_ && !seen_.empty()) check_fields(seen_.back(), true);
}

}  // namespace fuzz
