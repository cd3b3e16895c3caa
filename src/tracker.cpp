// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracker.hpp"

namespace tcpstate {

namespace {
/// Numbers farther away than this belong to another life (RFC 7323 2.3: no window is larger).
constexpr uint64_t another_life = 1U << 30;
}  // namespace

uint32_t Tracker::open(const Path& path, Side from, const Segment& segment, uint32_t previous) {
    uint32_t const index = connections_.add();
    Connection& connection = connections_[index];
    connection.begin(previous, path, from, segment);
    if (previous == no_index) return index;
    Connection& before = connections_[previous];
    before.set_next(index);
    connection.set_incarnation(before.incarnation() + 1);
    uint32_t elder = previous;      // the life that may still go on
    if (before.is_attempt() && before.elder() != no_index) elder = before.elder();
    if (connections_[elder].is_attempt()) return index;
    connections_[elder].met_new_syn(from, segment.frame);       // TIME-WAIT may challenge it too
    if (!connections_[elder].over()) connection.set_elder(elder);
    return index;
}

/// The incarnation that a segment belongs to: the newest, unless its numbers fit the one before better. no_index
/// when it begins a new one.
uint32_t Tracker::choose(uint32_t newest, Side from, const Segment& segment) const {
    const Connection& latest = connections_[newest];
    uint32_t const before = latest.elder() != no_index ? latest.elder() : latest.previous();
    bool const syn = segment.any(flag::Syn) && !segment.any(flag::Ack | flag::Rst);
    if (syn) {
        if (!latest.over() && latest.is_first_syn(from, segment)) return newest;
        bool const old_syn = before != no_index && !connections_[before].over() &&
                             connections_[before].is_first_syn(from, segment);
        return old_syn ? before : no_index;
    }
    if (segment.has(flag::Syn | flag::Ack) && latest.is_answer_to_syn(from, segment)) return newest;
    uint64_t const distance = latest.distance(from, segment);
    if (before != no_index && distance > 0 && connections_[before].distance(from, segment) < distance) return before;
    bool const other_numbers = distance > another_life && !segment.any(flag::Rst);
    return latest.over() && other_numbers ? no_index : newest;
}

void Tracker::observe(const Path& path, const Segment& segment, Verdict& verdict) {
    bool backwards = false;
    uint32_t& newest = pairs_.meet(path, backwards).connection;
    Side const from = backwards ? Side::B : Side::A;
    // A calm connection has no earlier life that the segment might belong to.
    bool const may_be_calm = newest != no_index && !thorough_;
    if (may_be_calm && connections_[newest].observe_calmly(segment, from, verdict)) verdict.conn = newest;
    else observe_closely(newest, path, from, segment, verdict);
}

void Tracker::observe_closely(uint32_t& newest, const Path& path, Side from, const Segment& segment, Verdict& verdict) {
    verdict = Verdict{};
    uint32_t index = newest == no_index ? no_index : choose(newest, from, segment);
    if (index == no_index) newest = index = open(path, from, segment, newest);
    Connection& connection = connections_[index];
    verdict.conn = index;
    connection.observe({segment, from, preferences_, hindsight_, verdict});
    if (connection.previous() == no_index || connection.announced()) return;
    bool const elder_ended = connection.elder() == no_index || connections_[connection.elder()].over();
    bool const answered = segment.has(flag::Syn | flag::Ack);
    if (elder_ended || answered) connection.announce(&connections_[connection.previous()], verdict);
}

bool Tracker::observe(const IcmpError& error, Verdict& verdict) {
    bool backwards = false;
    const Pairs::Entry* const entry = pairs_.find(error.quoted, backwards);
    if (entry == nullptr) return false;
    verdict = Verdict{};
    verdict.conn = entry->connection;
    connections_[entry->connection].observe(error, backwards ? Side::B : Side::A, verdict);
    return true;
}

}  // namespace tcpstate
