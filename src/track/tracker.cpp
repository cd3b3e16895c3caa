// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracker.hpp"

namespace tcpstate {

namespace {
/// Numbers farther away than this belong to another life (RFC 7323 2.3: no window is larger).
constexpr uint64_t another_life = 1U << 30;
}  // namespace

uint32_t Tracker::open(ConnectionTable::Entry& pair, const Path& path, Side from, const Segment& segment) {
    uint32_t const previous = pair.connection, index = places_.add();
    places_[index] = connections_.add();
    pair.connection = index;
    pair.newest = &grown(index);
    Connection& connection = *pair.newest;
    connection.begin(previous, path, from, segment);
    if (previous == no_index) return index;
    Connection& before = grown(previous);
    before.set_next(index);
    connection.set_incarnation(before.incarnation() + 1);
    uint32_t surviving_predecessor = previous;  // the life that may still go on
    if (before.is_attempt() && before.surviving_predecessor() != no_index)
        surviving_predecessor = before.surviving_predecessor();
    if (grown(surviving_predecessor).is_attempt()) return index;
    grown(surviving_predecessor).met_new_syn(from, segment.frame);  // TIME-WAIT may challenge it too
    if (!grown(surviving_predecessor).over()) connection.set_surviving_predecessor(surviving_predecessor);
    return index;
}

/// The incarnation that a segment belongs to: the newest, unless its numbers fit the one before better. no_index
/// when it begins a new one.
uint32_t Tracker::choose(const ConnectionTable::Entry& pair, Side from, const Segment& segment) const {
    const Connection& latest = *pair.newest;
    uint32_t const newest = pair.connection;
    uint32_t const before =
        latest.surviving_predecessor() != no_index ? latest.surviving_predecessor() : latest.previous();
    bool const syn = segment.any(flag::Syn) && !segment.any(flag::Ack | flag::Rst);
    if (syn) {
        if (!latest.over() && latest.is_first_syn(from, segment)) return newest;
        bool const old_syn = before != no_index && !grown(before).over() && grown(before).is_first_syn(from, segment);
        return old_syn ? before : no_index;
    }
    if (segment.has(flag::Syn | flag::Ack) && latest.is_answer_to_syn(from, segment)) return newest;
    if (before == no_index && !latest.over()) return newest;
    uint64_t const distance = latest.distance(from, segment);
    if (before != no_index && distance > 0 && grown(before).distance(from, segment) < distance) return before;
    bool const other_numbers = distance > another_life && !segment.any(flag::Rst);
    return latest.over() && other_numbers ? no_index : newest;
}

void Tracker::observe(const Path& path, const Segment& segment, Verdict& verdict) {
    bool reversed = false;
    ConnectionTable::Entry& pair = table_.find_or_insert(path, reversed);
    Side const from = reversed ? Side::B : Side::A;
    // A calm connection has no earlier life that the segment might belong to.
    if (pair.calm && pair.newest->observe_calmly(segment, from, verdict))
        verdict.conn = pair.connection;
    else
        observe_closely(pair, path, from, segment, verdict);
}

void Tracker::observe_closely(ConnectionTable::Entry& pair, const Path& path, Side from, const Segment& segment,
                              Verdict& verdict) {
    verdict.clear();
    uint32_t index = no_index;
    if (pair.connection == no_index) {
        bool const only_syn = (segment.flags & (flag::Syn | flag::Ack | flag::Fin | flag::Rst)) == flag::Syn;
        bool const lone = only_syn && segment.length == 0 && path.source != path.destination;
        if (lone && !thorough_) return sow(pair, segment, verdict);
    } else {
        grow(pair);
        index = choose(pair, from, segment);
    }
    if (index == no_index) index = open(pair, path, from, segment);
    Connection& connection = index == pair.connection ? *pair.newest : grown(index);
    verdict.conn = index;
    connection.observe({segment, from, preferences_, hindsight_, verdict});
    pair.calm = !thorough_ && pair.newest->calm_down();
    uint32_t const previous = connection.previous();
    if (previous == no_index || connection.announced()) return;
    bool const predecessor_ended =
        connection.surviving_predecessor() == no_index || grown(connection.surviving_predecessor()).over();
    bool const answered = segment.has(flag::Syn | flag::Ack);
    if (predecessor_ended || answered) connection.announce(&grown(previous), verdict);
}

bool Tracker::observe(const IcmpError& error, Verdict& verdict) {
    bool reversed = false;
    ConnectionTable::Entry* const pair = table_.find(error.quoted, reversed);
    if (pair == nullptr) return false;
    grow(*pair);
    pair->calm = false;
    verdict.clear();
    verdict.conn = pair->connection;
    pair->newest->observe(error, reversed ? Side::B : Side::A, verdict);
    return true;
}

void Tracker::sow(ConnectionTable::Entry& pair, const Segment& syn, Verdict& verdict) {
    uint32_t seed = seeds_.size();
    if (free_seeds_.empty()) {
        seeds_.add();
    } else {
        seed = free_seeds_.back();
        free_seeds_.pop_back();
    }
    seeds_[seed] = syn;
    constexpr uint8_t sent_syn = rule_for(State::Unknown, Cue::SentSyn);
    verdict.client_state = rules[sent_syn].to;
    verdict.change[verdict.changes++] = {sent_syn, Role::Client};
    verdict.conn = pair.connection = places_.add();
    places_[pair.connection] = seed | seed_mark;
}

void Tracker::grow(ConnectionTable::Entry& pair) {
    if (pair.newest != nullptr) return;
    uint32_t& place = places_[pair.connection];
    uint32_t const seed = place & ~seed_mark;
    place = connections_.add();
    pair.newest = &connections_[place];
    pair.newest->sprout(seeds_[seed]);
    free_seeds_.push_back(seed);
}

const Connection& Tracker::connection(uint32_t index) const {
    uint32_t const place = places_[index];
    if (!is_seed(place)) return connections_[place];
    shown_ = Connection{};
    shown_.sprout(seeds_[place & ~seed_mark]);
    return shown_;
}

}  // namespace tcpstate
