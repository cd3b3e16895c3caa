// SPDX-License-Identifier: GPL-2.0-or-later
/// All connections of a capture: finds the incarnation that a segment belongs to and lets it observe the segment.
#pragma once
#include <cstdint>

#include "connection.hpp"
#include "pairs.hpp"
#include "pool.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

class Tracker {
public:
    /// A thorough one never takes the short way of calm connections: for tests, which compare.
    explicit Tracker(const Preferences& preferences = {}, bool thorough = false)
        : preferences_(preferences), thorough_(thorough) {}

    /// Takes in the next segment of the capture and says what it meant. Total: any segment gets a verdict. What
    /// `verdict` held is gone, but let it be the one of the segment before: after calm ones little need be written.
    void observe(const Path& path, const Segment& segment, Verdict& verdict);
    /// Takes in an ICMP error. False when the quoted segment belongs to no connection seen so far.
    bool observe(const IcmpError& error, Verdict& verdict);

    uint32_t size() const { return connections_.size(); }
    const Connection& connection(uint32_t index) const { return connections_[index]; }
    const Episode& episode(uint32_t index) const { return hindsight_.episodes[index]; }
    const Aftermath& aftermath(uint32_t index) const { return hindsight_.aftermaths[index]; }
    const Preferences& preferences() const { return preferences_; }

private:
    /// Apart, so that the short way has no need to save registers.
    [[gnu::noinline]] void observe_closely(uint32_t& newest, const Path& path, Side from, const Segment& segment, Verdict& verdict);
    uint32_t open(const Path& path, Side from, const Segment& segment, uint32_t previous);
    uint32_t choose(uint32_t newest, Side from, const Segment& segment) const;

    Preferences preferences_;
    bool thorough_;
    Pairs pairs_;
    Pool<Connection> connections_;
    Hindsight hindsight_;
};

}  // namespace tcpstate
