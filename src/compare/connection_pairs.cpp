// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_pairs.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace tcpstate {
namespace {

/// How many of the first segments of a connection are looked at for confirmation.
constexpr size_t first_segments = 40;
/// A window is not larger (RFC 7323 2.3), so what belongs together is no farther apart.
constexpr uint32_t largest_window = 1U << 30;

/// A key of bytes.
class Key {
public:
    Key& add(const Socket& socket) {
        bytes_.append(reinterpret_cast<const char*>(socket.address.bytes.data()), socket.address.length);
        return add(socket.port);
    }
    Key& add(uint32_t number) {
        bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
        return *this;
    }
    Key& add(Seq seq) { return add(seq.value); }
    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

struct Candidate {
    uint32_t b;
    bool swapped;
};

class Pairing {
public:
    Pairing(const CapturePoint& a, const CapturePoint& b)
        : a_(a.connections()), b_(b.connections()), taken_a_(a_.size()), taken_b_(b_.size()) {}

    /// Pairs what has the same key, in the order of their appearance, if the pair is confirmed.
    template <typename Keys, typename Shift>
    void pair_by(Keys&& keys, Shift&& shift) {
        std::unordered_multimap<std::string, Candidate> candidates;
        for (uint32_t b = 0; b < b_.size(); ++b)
            if (!taken_b_[b] && !b_[b].segments.empty())
                keys(b_[b], true, [&](const Key& key, bool swapped) {
                    candidates.emplace(key.bytes(), Candidate{b, swapped});
                });
        for (uint32_t a = 0; a < a_.size(); ++a) {
            if (taken_a_[a] || a_[a].segments.empty()) continue;
            keys(a_[a], false, [&](const Key& key, bool) {
                auto [begin, end] = candidates.equal_range(key.bytes());
                choose(a, begin, end, shift);
            });
        }
    }
    std::vector<ConnectionPair> take() {
        std::sort(pairs_.begin(), pairs_.end(), [](const auto& x, const auto& y) { return x.a < y.a; });
        return std::move(pairs_);
    }

private:
    template <typename Iterator, typename Shift>
    void choose(uint32_t a, Iterator begin, Iterator end, Shift& shift) {
        if (taken_a_[a]) return;
        std::optional<ConnectionPair> best;
        for (auto each = begin; each != end; ++each) {
            Candidate const candidate = each->second;
            if (taken_b_[candidate.b] || (best && best->b < candidate.b)) continue;
            ConnectionPair pair{a, candidate.b, candidate.swapped, {}};
            if (shift(a_[a], b_[candidate.b], pair)) best = pair;
        }
        if (!best) return;
        taken_a_[a] = taken_b_[best->b] = true;
        pairs_.push_back(*best);
    }

    const std::vector<SeenConnection>&a_, &b_;
    std::vector<bool> taken_a_, taken_b_;
    std::vector<ConnectionPair> pairs_;
};

/// Whether the numbers of each direction that both points have seen can be of the same connection; there must be some.
bool overlap(const SeenConnection& a, const SeenConnection& b, const ConnectionPair& pair) {
    bool some = false;
    for (Role const role : {Role::Client, Role::Server}) {
        auto const first = [&](const SeenConnection& connection, Role sender) {
            return std::find_if(connection.segments.begin(), SeenSegments::end(),
                                [&](const SeenSegment& s) { return s.sender == sender && !s.any(flag::Rst); });
        };
        auto const in_a = first(a, role), in_b = first(b, pair.role_at_b(role));
        if (in_a == SeenSegments::end() || in_b == SeenSegments::end()) continue;
        some = true;
        int32_t const distance = (in_a->seq + pair.shift[index(role)]) - in_b->seq;
        if (distance > static_cast<int64_t>(largest_window) || distance < -static_cast<int64_t>(largest_window))
            return false;
    }
    return some;
}

/// Segments that are the same at both points but for the shift: with the same timestamp, and payload where both know
/// it.
bool agree(const SeenConnection& a, const SeenConnection& b, const ConnectionPair& pair) {
    struct Content {
        uint32_t timestamp, payload;
    };
    auto const content = [](const SeenSegment& s) { return Content{s.has_timestamp ? s.timestamp : 0, s.payload}; };
    std::multimap<std::pair<uint32_t, uint32_t>, Content> of_a;  // by number and length with sender
    auto const place = [](Role sender, uint32_t seq, uint32_t span) {
        return std::pair{seq, span << 1 | static_cast<uint32_t>(index(sender))};
    };
    size_t looked_at = 0;
    for (const SeenSegment& s : a.segments) {
        if (looked_at++ == first_segments) break;
        if (s.span() != 0)
            of_a.emplace(place(s.sender, s.seq.value + pair.shift[index(s.sender)], s.span()), content(s));
    }
    size_t same = 0, different = 0;
    looked_at = 0;
    for (const SeenSegment& s : b.segments) {
        if (looked_at++ == first_segments) break;
        auto const [begin, end] = of_a.equal_range(place(pair.role_at_a(s.sender), s.seq.value, s.span()));
        if (s.span() == 0 || begin == end) continue;
        Content const mine = content(s);
        bool const fits = std::any_of(begin, end, [&](const auto& each) {
            bool const same_time = each.second.timestamp == mine.timestamp;
            bool const same_payload =
                each.second.payload == 0 || mine.payload == 0 || each.second.payload == mine.payload;
            bool const tells = mine.timestamp != 0 || mine.payload != 0;
            return tells && same_time && same_payload;
        });
        ++(fits ? same : different);
    }
    return same >= 2 && same > 4 * different;
}

/// Where both know both initial numbers, these are the same; what one does not know cannot disagree.
bool same_iss(const SeenConnection& a, const SeenConnection& b) {
    for (size_t i = 0; i < 2; ++i)
        if (a.has_iss[i] && b.has_iss[i] && a.iss[i] != b.iss[i]) return false;
    return true;
}

std::optional<SeenSegment> first_of(const SeenConnection& connection, Role role) {
    for (const SeenSegment& s : connection.segments)
        if (s.sender == role && s.span() != 0) return s;
    return {};
}

/// A SYN or SYN,ACK of the end with the same number came past both points.
bool share_iss(const SeenConnection& a, const SeenConnection& b, Role role) {
    auto const numbers = [&](const SeenConnection& connection) {
        std::set<uint32_t> all;
        for (const SeenSegment& s : connection.segments)
            if (s.sender == role && s.any(flag::Syn)) all.insert(s.seq.value);
        return all;
    };
    std::set<uint32_t> const at_a = numbers(a), at_b = numbers(b);
    return std::any_of(at_a.begin(), at_a.end(), [&](uint32_t number) { return at_b.contains(number); });
}

}  // namespace

std::vector<ConnectionPair> pair_connections(const CapturePoint& a, const CapturePoint& b) {
    Pairing pairing(a, b);
    auto const unchanged = [](const SeenConnection& x, const SeenConnection& y, const ConnectionPair& pair) {
        return pair.swapped || same_iss(x, y);
    };
    // The same sockets and the same first number.
    pairing.pair_by(
        [](const SeenConnection& c, bool, auto&& take) {
            if (c.has_iss[0]) take(Key().add(c.client).add(c.server).add(c.iss[0]), false);
        },
        [](const SeenConnection& x, const SeenConnection& y, ConnectionPair& pair) {
            bool const answered = x.has_iss[1] && y.has_iss[1];
            bool const same = x.iss[1] == y.iss[1];
            if (answered && !same && !share_iss(x, y, Role::Server)) pair.shift[1] = y.iss[1].value - x.iss[1].value;
            return true;
        });
    // Both initial numbers are 64 random bits: a NAT may have changed anything else (RFC 6528).
    pairing.pair_by(
        [](const SeenConnection& c, bool, auto&& take) {
            if (c.has_iss[0] && c.has_iss[1]) take(Key().add(c.iss[0]).add(c.iss[1]), false);
        },
        unchanged);
    // Only the client's, where the answer is missing at one point: with the same time in its timestamps option.
    pairing.pair_by(
        [](const SeenConnection& c, bool, auto&& take) {
            if (c.has_iss[0]) take(Key().add(c.iss[0]), false);
        },
        [](const SeenConnection& x, const SeenConnection& y, const ConnectionPair&) {
            auto const one = first_of(x, Role::Client), two = first_of(y, Role::Client);
            bool const same_time = one->has_timestamp && two->has_timestamp && one->timestamp == two->timestamp;
            bool const same_port = x.server.port == y.server.port || x.client.port == y.client.port;
            return same_iss(x, y) && (same_time || same_port);
        });
    // In mid-stream: the same sockets, in either role, and numbers that can belong together.
    pairing.pair_by(
        [](const SeenConnection& c, bool both, auto&& take) {
            take(Key().add(c.client).add(c.server), false);
            if (both) take(Key().add(c.server).add(c.client), true);
        },
        [](const SeenConnection& x, const SeenConnection& y, const ConnectionPair& pair) {
            bool const in_midstream = !(x.has_iss[0] && y.has_iss[0]);
            return in_midstream && (pair.swapped || same_iss(x, y)) && overlap(x, y, pair);
        });
    // In mid-stream behind a NAT: a segment with the same numbers, timestamp and length.
    pairing.pair_by(
        [](const SeenConnection& c, bool, auto&& take) {
            for (Role const role : {Role::Client, Role::Server}) {
                if (c.has_iss[0]) continue;
                auto const first = first_of(c, role);
                if (!first || !first->has_timestamp) continue;
                take(Key().add(first->seq).add(first->ack).add(first->timestamp), false);
            }
        },
        [](const SeenConnection& x, const SeenConnection& y, ConnectionPair& pair) {
            pair.swapped = !agree(x, y, pair);
            return !pair.swapped || agree(x, y, pair);
        });
    // A proxy that keeps TCP and shifts the numbers: the time in the SYN's timestamps option stays, or the sockets do.
    auto const shift = [](const SeenConnection& x, const SeenConnection& y, ConnectionPair& pair) {
        for (size_t i = 0; i < 2; ++i)
            pair.shift[i] = x.has_iss[i] && y.has_iss[i] ? y.iss[i].value - x.iss[i].value : 0;
        return agree(x, y, pair);
    };
    pairing.pair_by(
        [](const SeenConnection& c, bool, auto&& take) {
            if (!c.has_iss[0] || !c.has_iss[1]) return;
            auto const syn = first_of(c, Role::Client);
            if (syn->has_timestamp) take(Key().add(syn->timestamp), false);
        },
        shift);
    pairing.pair_by(
        [](const SeenConnection& c, bool, auto&& take) {
            if (c.has_iss[0] && c.has_iss[1]) take(Key().add(c.client).add(c.server), false);
        },
        shift);
    return pairing.take();
}

namespace {

/// What makes a segment in mid-stream one of its connection. Empty where that is not much.
std::string key_of(const SeenSegment& s) {
    return s.span() == 0 || !s.has_timestamp ? "" : Key().add(s.seq).add(s.ack).add(s.timestamp).bytes();
}

/// A connection that is unpaired at a point.
struct Fragment {
    uint32_t index;
    Role sender = Role::Client;  ///< of the segment with the key
    std::string key;             ///< of its first segment that has one
};

std::vector<Fragment> fragments_of(const CapturePoint& point, const std::vector<bool>& paired) {
    std::vector<Fragment> list;
    for (uint32_t i = 0; i < paired.size(); ++i) {
        const SeenConnection& seen = point.connections()[i];
        if (paired[i] || seen.segments.empty()) continue;
        list.push_back({i, Role::Client, {}});
        for (const SeenSegment& s : seen.segments) {
            list.back().sender = s.sender;
            list.back().key = key_of(s);
            if (!list.back().key.empty()) break;
        }
    }
    return list;
}

/// By key: a paired connection, and whether its client is the server in what has the key.
using Wholes = std::unordered_map<std::string, std::pair<uint32_t, bool>>;

/// Joins what is unpaired at `here` to the paired connection with the same sockets, or with the same segment.
void join_fragments_at(CapturePoint& here, const CapturePoint& there, const std::vector<ConnectionPair>& pairs,
                       bool is_a) {
    std::vector<bool> paired(here.connections().size());
    for (const ConnectionPair& pair : pairs) paired[is_a ? pair.a : pair.b] = true;
    std::vector<Fragment> const fragments = fragments_of(here, paired);
    if (fragments.empty()) return;
    std::unordered_set<std::string> wanted;
    for (const Fragment& fragment : fragments)
        if (!fragment.key.empty()) wanted.insert(fragment.key);
    Wholes by_sockets, by_segment;
    for (const ConnectionPair& pair : pairs) {
        uint32_t const index = is_a ? pair.a : pair.b;
        const SeenConnection& seen = here.connections()[index];
        by_sockets.emplace(Key().add(seen.client).add(seen.server).bytes(), std::pair{index, false});
        by_sockets.emplace(Key().add(seen.server).add(seen.client).bytes(), std::pair{index, true});
        if (wanted.empty() || pair.shifted()) continue;
        for (const SeenSegment& s : there.connections()[is_a ? pair.b : pair.a].segments) {
            std::string const key = key_of(s);
            if (!wanted.contains(key)) continue;
            bool const by_client = (pair.swapped ? other(s.sender) : s.sender) == Role::Client;
            by_segment.emplace(key, std::pair{index, !by_client});
        }
    }
    for (const Fragment& fragment : fragments) {
        const SeenConnection& seen = here.connections()[fragment.index];
        auto found = by_sockets.find(Key().add(seen.client).add(seen.server).bytes());
        if (found != by_sockets.end()) {
            here.absorb(found->second.first, fragment.index, found->second.second);
            continue;
        }
        found = by_segment.find(fragment.key);
        if (found == by_segment.end()) continue;
        bool const by_client = fragment.sender == Role::Client;
        here.absorb(found->second.first, fragment.index, by_client == found->second.second);
    }
}

}  // namespace

void join_fragments(CapturePoint& a, CapturePoint& b) {
    std::vector<ConnectionPair> const pairs = pair_connections(a, b);
    join_fragments_at(a, b, pairs, true);
    join_fragments_at(b, a, pairs, false);
}

}  // namespace tcpstate
