// SPDX-License-Identifier: GPL-2.0-or-later
/// All connections of a capture: finds the incarnation that a segment belongs to and lets it observe the segment.
#pragma once
#include <cstdint>
#include <unordered_map>

#include "connection.hpp"
#include "pool.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

class Tracker {
public:
    explicit Tracker(const Preferences& preferences = {}) : preferences_(preferences) {}

    /// Takes in the next segment of the capture and says what it meant. Total: any segment gets a verdict.
    void observe(const Path& path, const Segment& segment, Verdict& verdict);
    /// Takes in an ICMP error. False when the quoted segment belongs to no connection seen so far.
    bool observe(const IcmpError& error, Verdict& verdict);

    uint32_t size() const { return connections_.size(); }
    const Connection& connection(uint32_t index) const { return connections_[index]; }
    const Episode& episode(uint32_t index) const { return hindsight_.episodes[index]; }
    const Aftermath& aftermath(uint32_t index) const { return hindsight_.aftermaths[index]; }
    const Preferences& preferences() const { return preferences_; }

private:
    struct Pair {           // both sockets, the smaller one first
        Socket low, high;
        friend bool operator==(const Pair&, const Pair&) = default;
    };
    struct PairHash {
        uint64_t key[2];        // drawn anew for each tracker; results do not depend on it
        PairHash();
        size_t operator()(const Pair& pair) const;
    };
    static Pair pair_of(const Path& path, bool& swapped);

    uint32_t open(const Path& path, bool swapped, const Segment& segment, uint32_t previous);
    uint32_t choose(uint32_t newest, Side from, const Segment& segment) const;

    Preferences preferences_;
    std::unordered_map<Pair, uint32_t, PairHash> newest_;
    Pool<Connection> connections_;
    Hindsight hindsight_;
};

}  // namespace tcpstate
