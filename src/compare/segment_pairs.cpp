// SPDX-License-Identifier: GPL-2.0-or-later
#include "segment_pairs.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_map>

#include "clock.hpp"

namespace tcpstate {
namespace {

/// What stays as it is from point to point: never TTL, MAC or checksum; nor ECN bits and window, which boxes rewrite.
struct Identity {
    uint32_t seq, ack, length, timestamp;
    uint8_t flags;
    Role sender;
    bool is_copy;  // which the other point may have seen, too

    /// Within one connection nobody gains anything by a collision.
    uint64_t hash() const {
        constexpr uint64_t factor = 0x9e3779b97f4a7c15U;
        auto const mixed = [](uint64_t value) {
            value *= factor;
            return value ^ value >> 32;
        };
        uint64_t const rest = uint64_t{flags} << 2 | (is_copy ? 2 : 0) | static_cast<uint64_t>(sender);
        return mixed(mixed(mixed(uint64_t{seq} << 32 | ack) ^ (uint64_t{length} << 32 | timestamp)) ^ rest);
    }
};

constexpr uint8_t telling_flags = flag::Fin | flag::Syn | flag::Rst | flag::Ack;

Identity identity(const SeenSegment& s, Role sender, Seq seq, Seq ack) {
    return {seq.value,
            s.any(flag::Ack) ? ack.value : 0,
            s.length,
            s.has_timestamp ? s.timestamp : 0,
            static_cast<uint8_t>(s.flags & telling_flags),
            sender,
            s.is_copy};
}

/// The segments of one identity, by point, in the order of the captures.
struct Group {
    std::vector<uint32_t> a, b;
};

class Pairing {
public:
    explicit Pairing(const PairedConnection& connection)
        : c_(connection), paired_a_(c_.segments_a.size()), paired_b_(c_.segments_b.size()) {
        places_.reserve(paired_a_.size() + paired_b_.size());
        for (uint32_t i = 0; i < c_.segments_a.size(); ++i) {
            const SeenSegment& s = c_.segments_a[i];
            places_.push_back({identity(s, s.sender, s.seq, s.ack).hash(), i, false});
        }
        for (uint32_t i = 0; i < c_.segments_b.size(); ++i) {
            const SeenSegment& s = c_.segments_b[i];
            places_.push_back({identity(s, c_.sender_of(s), c_.seq_at_a(s), c_.ack_at_a(s)).hash(), i, true});
        }
        std::sort(places_.begin(), places_.end(), [](const Place& x, const Place& y) {
            return std::tie(x.identity, x.at_b, x.index) < std::tie(y.identity, y.at_b, y.index);
        });
    }

    void pair_by_counts() {
        Group group;
        for (auto place = places_.begin(); place != places_.end();) {
            auto const first = place, second = std::next(first);
            while (place != places_.end() && place->identity == first->identity) ++place;
            if (place - first == 2 && first->at_b != second->at_b) {  // as nearly all are
                pair(first->index, second->index, true);
                continue;
            }
            group.a.clear();
            group.b.clear();
            for (auto each = first; each != place; ++each) (each->at_b ? group.b : group.a).push_back(each->index);
            pair_by_ip_id(group);
            if (group.a.size() == group.b.size())
                for (size_t i = 0; i < group.a.size(); ++i) pair(group.a[i], group.b[i], group.a.size() == 1);
            else if (!group.a.empty() && !group.b.empty())
                ambiguous_.push_back(group);
        }
    }
    /// Each arrival is that of the latest departure before it, in order.
    void pair_by_time(const ClockRelation& clocks, bool client_at_a) {
        for (const Group& group : ambiguous_) {
            bool const from_a = (c_.segments_a[group.a.front()].sender == Role::Client) == client_at_a;
            size_t a = group.a.size(), b = group.b.size();
            while (a > 0 && b > 0) {
                int64_t const at_a = c_.segments_a[group.a[a - 1]].time;
                int64_t const at_b = clocks.to_a(c_.segments_b[group.b[b - 1]].time);
                int64_t const slack = clocks.slack();
                if (from_a && at_a > at_b + slack)
                    --a;  // it left after that arrival
                else if (!from_a && at_b > at_a + slack)
                    --b;
                else
                    pair(group.a[--a], group.b[--b], false);
            }
        }
    }
    /// Offloads: ranges of sequence space. A piece belongs to the latest segment before it that has its bytes.
    void pair_by_range(const ClockRelation& clocks, bool client_at_a) {
        std::unordered_multimap<uint32_t, uint32_t> of_a;  // by sender and 64 KB of sequence space: segments at A
        auto const place = [](Role sender, Seq seq) { return (seq.value >> 16) << 1 | static_cast<uint32_t>(sender); };
        auto const each_place = [&](Role sender, Seq from, Seq to, auto&& visit) {
            for (Seq at = from;; at = at + (1U << 16)) {
                visit(place(sender, at));
                if (at + (1U << 16) >= to) {
                    if (place(sender, at) != place(sender, to - 1)) visit(place(sender, to - 1));
                    return;
                }
            }
        };
        for (uint32_t i = 0; i < c_.segments_a.size(); ++i) {
            const SeenSegment& s = c_.segments_a[i];
            if (!paired_a_[i] && s.length != 0 && !s.is_copy)
                each_place(s.sender, s.seq, s.end(), [&](uint32_t at) { of_a.emplace(at, i); });
        }
        if (of_a.empty()) return;
        std::vector<uint32_t> candidates;
        for (uint32_t i = 0; i < c_.segments_b.size(); ++i) {
            const SeenSegment& s = c_.segments_b[i];
            if (paired_b_[i] || s.length == 0 || s.is_copy) continue;
            Role const sender = c_.sender_of(s);
            Seq const from = c_.seq_at_a(s), to = from + s.span();
            bool const from_a = (sender == Role::Client) == client_at_a;
            int64_t const slack = clocks.slack();
            int64_t const time = clocks.to_a(s.time);
            candidates.clear();
            each_place(sender, from, to, [&](uint32_t at) {
                auto const [begin, end] = of_a.equal_range(at);
                for (auto each = begin; each != end; ++each) {
                    const SeenSegment& other = c_.segments_a[each->second];
                    bool const in_order = from_a ? other.time <= time + slack : other.time + slack >= time;
                    bool const same_timestamp = !s.has_timestamp || s.timestamp == other.timestamp;
                    if (in_order && same_timestamp && other.seq < to && other.end() > from)
                        candidates.push_back(each->second);
                }
            });
            std::sort(candidates.begin(), candidates.end());
            candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
            take_pieces(i, from, to, from_a, candidates);
        }
    }
    std::vector<SegmentPair> take() { return std::move(pairs_); }

private:
    /// Identification tells repeats apart, where it is there and nobody has rewritten it.
    void pair_by_ip_id(Group& group) {
        if (group.a.empty() || group.b.empty()) return;
        std::unordered_map<uint16_t, std::vector<uint32_t>> of_a;  // by identification, the first one last
        std::for_each(group.a.rbegin(), group.a.rend(), [&](uint32_t a) { of_a[c_.segments_a[a].ip_id].push_back(a); });
        for (uint32_t const b : group.b) {
            auto const found = of_a.find(c_.segments_b[b].ip_id);
            if (found == of_a.end() || found->first == 0 || found->second.empty()) continue;
            pair(found->second.back(), b, true);
            found->second.pop_back();
        }
        std::erase_if(group.a, [&](uint32_t i) { return paired_a_[i]; });
        std::erase_if(group.b, [&](uint32_t i) { return paired_b_[i]; });
    }
    /// Goes through the candidates until all bytes of the piece are accounted for: the latest first where they come
    /// from A, the earliest first where they go there.
    void take_pieces(uint32_t b, Seq from, Seq to, bool latest_first, std::vector<uint32_t>& candidates) {
        if (latest_first) std::reverse(candidates.begin(), candidates.end());
        std::vector<std::pair<Seq, Seq>> open{{from, to}};
        for (uint32_t const a : candidates) {
            const SeenSegment& s = c_.segments_a[a];
            std::vector<std::pair<Seq, Seq>> rest;
            uint32_t shared = 0;
            for (auto const& [low, high] : open) {
                Seq const begin = later(low, s.seq), end = s.end() < high ? s.end() : high;
                if (begin >= end) {
                    rest.emplace_back(low, high);
                    continue;
                }
                shared += static_cast<uint32_t>(end - begin);
                if (low < begin) rest.emplace_back(low, begin);
                if (end < high) rest.emplace_back(end, high);
            }
            if (shared != 0) pairs_.push_back({a, b, shared, false, false});
            open = std::move(rest);
            if (open.empty()) return;
        }
    }
    void pair(uint32_t a, uint32_t b, bool unique) {
        const SeenSegment& s = c_.segments_a[a];
        paired_a_[a] = paired_b_[b] = true;
        pairs_.push_back({a, b, s.span(), true, unique && !s.is_copy});
    }

    const PairedConnection& c_;
    std::vector<bool> paired_a_, paired_b_;
    struct Place {
        uint64_t identity;
        uint32_t index;
        bool at_b;
    };
    std::vector<Place> places_;
    std::vector<Group> ambiguous_;
    std::vector<SegmentPair> pairs_;
};

}  // namespace

Seq PairedConnection::seq_at_a(const SeenSegment& at_b) const {
    return at_b.seq - pair.shift[static_cast<size_t>(sender_of(at_b))];
}

Seq PairedConnection::ack_at_a(const SeenSegment& at_b) const {
    return at_b.ack - pair.shift[1 - static_cast<size_t>(sender_of(at_b))];
}

std::vector<SegmentPair> pair_segments(const PairedConnection& connection) {
    Pairing pairing(connection);
    pairing.pair_by_counts();
    return pairing.take();
}

std::vector<SegmentPair> pair_segments(const PairedConnection& connection, const ClockRelation& clocks,
                                       bool client_at_a) {
    Pairing pairing(connection);
    pairing.pair_by_counts();
    pairing.pair_by_time(clocks, client_at_a);
    pairing.pair_by_range(clocks, client_at_a);
    return pairing.take();
}

}  // namespace tcpstate
