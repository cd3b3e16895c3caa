// SPDX-License-Identifier: GPL-2.0-or-later
/// All connections of a capture: finds the incarnation that a segment belongs to and lets it observe the segment.
#pragma once
#include <cstdint>
#include <vector>

#include "connection.hpp"
#include "connection_table.hpp"
#include "pool.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

class Tracker {
public:
    /// A thorough one never takes the short ways of calm connections and lone SYNs: for tests, which compare.
    explicit Tracker(const Preferences& preferences = {}, bool thorough = false)
        : preferences_(preferences), thorough_(thorough) {}

    /// Takes in the next segment of the capture and says what it meant. Total: any segment gets a verdict. What
    /// `verdict` held is gone, but let it be the one of the segment before: after calm ones little need be written.
    void observe(const Path& path, const Segment& segment, Verdict& verdict);
    /// Takes in an ICMP error. False when the quoted segment belongs to no connection seen so far.
    bool observe(const IcmpError& error, Verdict& verdict);

    uint32_t size() const { return places_.size(); }
    /// Stays as it is until the next call of this or of `observe`.
    const Connection& connection(uint32_t index) const;
    const SuspicionHindsight& suspicion(uint32_t index) const { return hindsight_.suspicions[index]; }
    const ResetHindsight& reset(uint32_t index) const { return hindsight_.resets[index]; }
    const Preferences& preferences() const { return preferences_; }

private:
    /// Apart, so that the short way has no need to save registers.
    [[gnu::noinline, gnu::hot]] void observe_closely(ConnectionTable::Entry& pair, const Path& path, Side from,
                                                     const Segment& segment, Verdict& verdict);
    /// Begins another life of the pair and returns its number.
    uint32_t open(ConnectionTable::Entry& pair, const Path& path, Side from, const Segment& segment);
    uint32_t choose(const ConnectionTable::Entry& pair, Side from, const Segment& segment) const;

    /// \name Seeds
    /// A connection that is nothing yet but the SYN of a new 4-tuple is kept as that SYN, a fifth of the size: most of
    /// them are scans and floods and never become more. With its next segment, or an ICMP error, it sprouts.
    /// @{
    static constexpr uint32_t seed_mark = 1U << 31;
    static bool is_seed(uint32_t place) { return (place & seed_mark) != 0; }
    void sow(ConnectionTable::Entry& pair, const Segment& syn, Verdict& verdict);
    void grow(ConnectionTable::Entry& pair);
    /// @}
    Connection& grown(uint32_t index) { return connections_[places_[index]]; }
    const Connection& grown(uint32_t index) const { return connections_[places_[index]]; }

    Preferences preferences_;
    bool thorough_;
    ConnectionTable table_;
    Pool<uint32_t> places_;  // by number of the connection: where it is in connections_, or marked in seeds_
    Pool<Connection> connections_;
    Pool<Segment> seeds_;
    std::vector<uint32_t> free_seeds_;
    mutable Connection shown_;  // a seed that somebody asked about
    Hindsight hindsight_;
};

}  // namespace tcpstate
