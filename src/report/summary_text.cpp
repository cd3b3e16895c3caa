// SPDX-License-Identifier: GPL-2.0-or-later
#include "summary_text.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "columns.hpp"
#include "names.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

constexpr size_t most_offenders = 5;

/// What nobody has to look at.
bool is_ordinary(Outcome outcome) {
    return outcome == Outcome::Closed || outcome == Outcome::Open || outcome == Outcome::Unknown ||
           outcome == Outcome::Probe;
}

/// The longest of something, and whose it is.
struct Longest {
    int64_t duration = -1;
    uint32_t conn = 0;
    void take(int64_t its_duration, uint32_t its_conn) {
        if (its_duration > duration) *this = {its_duration, its_conn};
    }
    void add_to(Text& text) const {
        text.add("longest ");
        add_rounded(duration, text);
        text.add(" (connection %" PRIu32 ")", conn);
    }
};

using OutcomeCounts = std::array<uint32_t, static_cast<size_t>(Outcome::Count)>;

/// What happened at one server's socket, or to one client's address.
struct Offender {
    std::string name;
    uint32_t connections = 0, troubled = 0;
    OutcomeCounts outcomes{};
};

}  // namespace

class Summary::Counts {
public:
    void add(uint32_t conn, const ConnectionRow& row, const Connection& connection);
    void print(std::FILE* to) const;

private:
    using Key = std::tuple<std::array<uint8_t, 16>, uint16_t, uint16_t>;
    void print_outcomes(std::FILE* to) const;
    void print_causes(std::FILE* to) const;
    void print_conditions(std::FILE* to) const;
    static void print_offenders(const char* title, const std::map<Key, Offender>& all, std::FILE* to);
    static void count(const Socket& socket, bool with_port, Outcome outcome, std::map<Key, Offender>& all);

    uint32_t connections_ = 0, embryonic_ = 0;
    uint32_t half_open_confirmed_ = 0, half_open_suspected_ = 0;
    uint32_t half_closed_ = 0, half_closed_unfinished_ = 0;
    uint64_t bytes_ = 0, lost_bytes_ = 0;
    Longest half_open_, half_close_;
    OutcomeCounts outcomes_{};
    std::array<std::array<uint32_t, 2>, static_cast<size_t>(Cause::Count)> causes_{};  // by sender
    std::map<Key, Offender> servers_, clients_;
};

void Summary::Counts::count(const Socket& socket, bool with_port, Outcome outcome, std::map<Key, Offender>& all) {
    uint16_t const port = with_port ? socket.port : uint16_t{0};
    Offender& offender = all[{socket.address.bytes, socket.address.length, port}];
    if (offender.connections++ == 0) {
        Text text;
        with_port ? add_socket(socket, text) : add_address(socket.address, text);
        offender.name = text.c_str();
    }
    ++offender.outcomes[static_cast<size_t>(outcome)];
    if (!is_ordinary(outcome)) ++offender.troubled;
}

void Summary::Counts::add(uint32_t conn, const ConnectionRow& row, const Connection& connection) {
    Outcome const outcome = connection.outcome();
    ++connections_;
    bytes_ += connection.client().bytes + connection.server().bytes;
    ++outcomes_[static_cast<size_t>(outcome)];
    count(row.server, true, outcome, servers_);
    count(row.client, false, outcome, clients_);
    if (row.embryonic != EmbryonicKind::None) ++embryonic_;
    if (row.half_open != nullptr) {
        const HalfOpen& half_open = row.half_open->verdict.half_open;
        ++(half_open.kind == HalfOpenKind::Confirmed ? half_open_confirmed_ : half_open_suspected_);
        lost_bytes_ += half_open.lost_bytes;
        half_open_.take(half_open.duration, conn);
    }
    if (row.half_closed != MaybeRole::None) {
        ++half_closed_;
        if (connection.half_closed_ended_in() == 0) ++half_closed_unfinished_;
        half_close_.take(row.half_close.duration, conn);
    }
    if (row.reset != nullptr) {
        const Verdict& verdict = row.reset->verdict;
        ++causes_[static_cast<size_t>(verdict.reset.cause)][static_cast<size_t>(verdict.sender)];
    }
}

void Summary::Counts::print_outcomes(std::FILE* to) const {
    std::fprintf(to, "\nHow they ended\n");
    std::vector<size_t> order;
    for (size_t i = 0; i < outcomes_.size(); ++i)
        if (outcomes_[i] != 0) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return outcomes_[a] > outcomes_[b]; });
    for (size_t const i : order)
        std::fprintf(to, "  %-22s %10" PRIu32 "  %5.1f %%\n", name(static_cast<Outcome>(i)), outcomes_[i],
                     100.0 * outcomes_[i] / connections_);
}

void Summary::Counts::print_causes(std::FILE* to) const {
    std::vector<size_t> order;
    auto const sum = [&](size_t i) { return causes_[i][0] + causes_[i][1]; };
    for (size_t i = 0; i < causes_.size(); ++i)
        if (sum(i) != 0) order.push_back(i);
    if (order.empty()) return;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sum(a) > sum(b); });
    std::fprintf(to, "\nWhy they were reset        connections   by client   by server\n");
    for (size_t const i : order)
        std::fprintf(to, "  %-22s %13" PRIu32 " %11" PRIu32 " %11" PRIu32 "\n", name(static_cast<Cause>(i)), sum(i),
                     causes_[i][0], causes_[i][1]);
}

void Summary::Counts::print_conditions(std::FILE* to) const {
    Text half_open, half_closed;
    if (half_open_confirmed_ + half_open_suspected_ != 0) {
        half_open.add(": %" PRIu32 " confirmed, %" PRIu32 " suspected, %" PRIu64 " bytes lost, ", half_open_confirmed_,
                      half_open_suspected_, lost_bytes_);
        half_open_.add_to(half_open);
    }
    if (half_closed_ != 0) {
        half_closed.add(": %" PRIu32 " never ended, ", half_closed_unfinished_);
        half_close_.add_to(half_closed);
    }
    std::fprintf(to, "\n  %-22s %10" PRIu32 "%s\n", "half-open", half_open_confirmed_ + half_open_suspected_,
                 half_open.c_str());
    std::fprintf(to, "  %-22s %10" PRIu32 "%s\n", "half-closed", half_closed_, half_closed.c_str());
    std::fprintf(to, "  %-22s %10" PRIu32 "\n", "handshake overdue", embryonic_);
}

void Summary::Counts::print_offenders(const char* title, const std::map<Key, Offender>& all, std::FILE* to) {
    std::vector<const Offender*> worst;
    for (auto const& [key, offender] : all)
        if (offender.troubled != 0) worst.push_back(&offender);
    auto const repeats = [](const Offender* offender) { return offender->troubled > 1; };
    if (worst.size() > most_offenders && std::none_of(worst.begin(), worst.end(), repeats))
        return;  // nobody stands out
    if (worst.empty()) return;
    std::stable_sort(worst.begin(), worst.end(),
                     [](const Offender* a, const Offender* b) { return a->troubled > b->troubled; });
    if (worst.size() > most_offenders) worst.resize(most_offenders);
    std::fprintf(to, "\n%s\n", title);
    for (const Offender* const offender : worst) {
        Text text;
        for (size_t i = 0; i < offender->outcomes.size(); ++i)
            if (offender->outcomes[i] != 0 && !is_ordinary(static_cast<Outcome>(i)))
                text.add("%s%" PRIu32 " %s", text.empty() ? "" : ", ", offender->outcomes[i],
                         name(static_cast<Outcome>(i)));
        std::fprintf(to, "  %-22s %10" PRIu32 " of %" PRIu32 ": %s\n", offender->name.c_str(), offender->troubled,
                     offender->connections, text.c_str());
    }
}

void Summary::Counts::print(std::FILE* to) const {
    std::fprintf(to, "%" PRIu32 " connections, %" PRIu64 " bytes of payload\n", connections_, bytes_);
    if (connections_ == 0) return;
    print_outcomes(to);
    print_causes(to);
    print_conditions(to);
    print_offenders("Servers with most trouble", servers_, to);
    print_offenders("Clients with most trouble", clients_, to);
}

Summary::Summary() : counts_(std::make_unique<Counts>()) {}
Summary::~Summary() = default;

void Summary::add(uint32_t conn, const ConnectionRow& row, const Tracker& tracker) {
    if (row.first.frame != 0) counts_->add(conn, row, tracker.connection(conn));
}

void Summary::print(std::FILE* to) const { counts_->print(to); }

}  // namespace tcpstate
