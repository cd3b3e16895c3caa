// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracker.hpp"

#include <memory>

#include "apply.hpp"
#include "declared.hpp"
#include "fast_path.hpp"

namespace tcpstate {

namespace {
/// Numbers farther away than this belong to another incarnation (RFC 7323 2.3: no window is larger).
constexpr uint64_t another_incarnation = 1U << 30;

bool is_lone_syn(const Path& path, const Segment& segment) {
    bool const only_syn = (segment.flags & (flag::Syn | flag::Ack | flag::Fin | flag::Rst)) == flag::Syn;
    return only_syn && segment.length == 0 && path.source != path.destination;
}
}  // namespace

const Verdict& Tracker::observe(const Path& path, const Segment& segment) {
    bool reversed = false;
    Entry& entry = table_.find_or_insert(path, reversed);
    Side const from = reversed ? Side::B : Side::A;
    if (entry.fast_path && remarks_.goes_on(segment.time) &&
        take_fast_path(*entry.newest, segment, from, preferences_, plain_verdict_)) {
        plain_verdict_.conn = entry.connection;
        recent_.note(entry.connection, from, segment);
        remarks_.take_time(segment.time);
        return plain_verdict_;
    }
    observe_on_slow_path(entry, path, from, segment);
    return verdict_;
}

void Tracker::observe_on_slow_path(Entry& entry, const Path& path, Side from, const Segment& segment) {
    std::construct_at(&verdict_);  // a third less than to copy a blank one
    uint32_t index = no_index;
    uint32_t const repeated = remarks_.repeated_frame(path, segment, verdict_);
    if (entry.connection != no_index) {
        expand(entry);
        bool const may_repeat = repeated != 0 || may_be_copy(*entry.newest, from, segment);
        if (may_repeat && take_copy(entry.connection, path, from, segment, repeated)) return;
        index = choose(entry, from, segment);
        bool const is_older = index != no_index && index != entry.connection;
        if (is_older && may_be_copy(at(index), from, segment) && take_copy(index, path, from, segment, 0)) return;
    }
    remarks_.take_time(segment.time);
    if (index == no_index && size() >= max_connections_) {
        verdict_.known = false;
        return;
    }
    if (entry.connection == no_index && is_lone_syn(path, segment) && paths_ == Paths::All) {
        cache(entry, segment);
        return recent_.note(entry.connection, from, segment);
    }
    if (index == no_index) index = open(entry, path, from, segment);
    recent_.note(index, from, segment);
    if (segment.has(flag::Syn | flag::Ack)) servers_.note(path.source);
    Connection& connection = index == entry.connection ? *entry.newest : at(index);
    remarks_.note_clocks(index, verdict_, [&] {
        const Endpoint& sender = connection.of(from);
        bool const is_repeat = segment.ip_id != 0 && sender.heard && segment.end() <= sender.snd_nxt;
        bool const may_be_nearer = sender.hops_vary || sender.ttl != segment.ttl;
        return is_repeat && may_be_nearer && recent_.was_seen_farther(index, segment);
    });
    Arrival const arrival{connection, segment, from, preferences_, begins_incarnation(connection, segment),
                          recent_,    index};
    if (arrival.begins_incarnation) {
        connection.announced = true;
        verdict_.tell(Event::NewIncarnation);
        verdict_.annotations.previous = connection.previous();
        verdict_.annotations.previous_outcome = at(connection.previous()).outcome();
    }
    if (segment.any(flag::Rst)) {
        ResetFacts facts = analyse_reset(arrival);
        hosts_.look(path, segment, facts);
        weigh_others(facts);
        facts.reset.hindsight = hindsight_.resets.next();
        apply(facts, segment, from, connection, hindsight_);
        read_off(connection, facts, segment, verdict_);
    } else {
        Facts const facts = analyse(arrival);
        remarks_.note_direction(arrival, facts, verdict_);
        apply(facts, segment, from, connection, hindsight_);
        read_off(connection, facts, segment, verdict_);
    }
    verdict_.conn = index;
    entry.fast_path = paths_ == Paths::All && may_take_fast_path(*entry.newest);
}

bool Tracker::take_copy(uint32_t index, const Path& path, Side from, const Segment& segment, uint32_t repeated) {
    Connection& connection = at(index);
    uint32_t original = repeated;
    if (repeated != 0) {
        if (segment.any(flag::Rst) && !connection.cold().reset_seen) return false;
    } else {
        bool const is_known =
            segment.ip_id != 0 || remarks_.shows_copies() || is_never_sent_twice(connection, from, segment);
        original = recent_.original_of(index, segment, !is_known);
        if (original == 0) return false;
    }
    verdict_.conn = index;
    verdict_.annotations.copy_of = original;
    read_off_copy(connection, segment, from, verdict_);
    if (segment.any(flag::Rst)) verdict_.declared = declared_by(segment, hosts_.uses_codes(path.source.address));
    if (repeated == 0) remarks_.note_copy(verdict_);
    return true;
}

const Verdict* Tracker::observe(const IcmpError& error) {
    bool reversed = false;
    Entry* const entry = table_.find(error.quoted, reversed);
    if (entry == nullptr || entry->connection == no_index) return nullptr;
    expand(*entry);
    entry->fast_path = false;
    std::construct_at(&verdict_);
    verdict_.conn = entry->connection;
    Connection& connection = *entry->newest;
    Side const from = reversed ? Side::B : Side::A;
    verdict_.idle = elapsed(connection.activity_time, error.time);
    verdict_.annotations.icmp = error.verdict;
    Moves const moves = analyse(error, connection, from);
    apply(moves, error, from, connection);
    read_off(connection, moves, error.time, verdict_);
    verdict_.is_segment = false;
    return &verdict_;
}

uint32_t Tracker::choose(const Entry& entry, Side from, const Segment& segment) const {
    const Connection& latest = *entry.newest;
    uint32_t const newest = entry.connection;
    uint32_t const before = latest.predecessor();
    bool const syn = segment.any(flag::Syn) && !segment.any(flag::Ack | flag::Rst);
    if (syn) {
        if (!latest.over() && latest.is_first_syn(from, segment)) return newest;
        if (latest.is_same_attempt(from, segment)) return newest;
        bool const old_syn = before != no_index && !at(before).over() && at(before).is_first_syn(from, segment);
        return old_syn ? before : no_index;
    }
    if (segment.has(flag::Syn | flag::Ack) && latest.is_answer_to_syn(from, segment)) return newest;
    if (!latest.over() && (before == no_index || latest.follows_on(from, segment))) return newest;
    uint64_t const distance = latest.distance(from, segment);
    if (before != no_index && distance > 0 && at(before).distance(from, segment) < distance) return before;
    bool const other_numbers = distance > another_incarnation && !segment.any(flag::Rst);
    return latest.over() && other_numbers ? no_index : newest;
}

uint32_t Tracker::open(Entry& entry, const Path& path, Side from, const Segment& segment) {
    uint32_t const previous = entry.connection, index = slots_.add(connections_.add());
    if (forgotten_.unclosed != 0 && !segment.any(flag::Syn)) ++forgotten_.begun_anew;
    entry.connection = index;
    entry.newest = &at(index);
    begin(*entry.newest, path, from, segment, servers_);
    if (previous != no_index) link(previous, index, from, segment);
    return index;
}

void Tracker::link(uint32_t previous, uint32_t index, Side from, const Segment& syn) {
    Connection &before = at(previous), &connection = at(index);
    before.make_cold().next = index;
    connection.make_cold().previous = previous;
    connection.incarnation = before.incarnation + 1;
    uint32_t survivor = previous;  // the incarnation that may still go on
    if (before.is_attempt() && before.surviving_predecessor() != no_index) survivor = before.surviving_predecessor();
    if (at(survivor).is_attempt()) return;
    ColdState& its = at(survivor).make_cold();
    its.new_syn = syn.frame;
    its.new_syn_from = from;
    // RFC 5961 4: a SYN on a synchronized connection is challenged, even in TIME-WAIT
    its.challenge_due = {syn.frame, from, syn.time};
    if (!at(survivor).over()) connection.make_cold().surviving_predecessor = survivor;
}

bool Tracker::begins_incarnation(const Connection& connection, const Segment& segment) const {
    if (!connection.cold_state || connection.previous() == no_index || connection.announced) return false;
    uint32_t const survivor = connection.surviving_predecessor();
    return survivor == no_index || at(survivor).over() || segment.has(flag::Syn | flag::Ack);
}

void Tracker::cache(Entry& entry, const Segment& syn) {
    entry.connection = slots_.add(syn_cache_.add(syn) | cached_mark);
    verdict_.conn = entry.connection;
    read_off_first_syn(verdict_);
}

void Tracker::expand(Entry& entry) {
    if (entry.newest != nullptr) return;
    uint32_t& slot = slots_[entry.connection];
    uint32_t const cached = slot & ~cached_mark;
    slot = connections_.add();
    entry.newest = &connections_[slot];
    apply_first_syn(syn_cache_[cached], *entry.newest);
    syn_cache_.remove(cached);
}

const Connection& Tracker::connection(uint32_t index) const {
    uint32_t const slot = slots_[index];
    if ((slot & cached_mark) == 0) return connections_[slot];
    if (expanded_index_ == index) return expanded_;
    expanded_index_ = index;
    expanded_ = Connection{};
    apply_first_syn(syn_cache_[slot & ~cached_mark], expanded_);
    return expanded_;
}

}  // namespace tcpstate
