// SPDX-License-Identifier: GPL-2.0-or-later
/// What one capture point saw: its connections, and of each connection every segment with the verdict's essentials.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "bytes.hpp"
#include "seen_segments.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// An ICMP error as a capture point saw it.
struct SeenError {
    int64_t time = 0;    ///< by the clock of its capture point, in ns since the epoch
    uint32_t frame = 0;  ///< of its file, 1-based
    Seq seq;             ///< of the segment that it quotes
    Address sender;      ///< who says so; of length 0 where that is not known
    IcmpVerdict says = IcmpVerdict::None;
    Role told = Role::Client;  ///< who has sent that segment
};

struct SeenConnection {
    Socket client, server;
    uint32_t conn = 0;  ///< its tcpstate.conn in its own capture
    SeenSegments segments;
    std::vector<Reset> resets;      ///< what was said of each RST
    std::vector<SeenError> errors;  ///< in the order of the capture
    std::array<Seq, 2> iss;         ///< by Role, where has_iss
    std::array<bool, 2> has_iss{};
    std::array<int16_t, 2> ttl{unknown_ttl, unknown_ttl};  ///< by Role: of its first segment
    /// Other sockets of the client in the course of it, each with the first frame: a NAT has forgotten it meanwhile.
    std::vector<std::pair<uint32_t, Socket>> later_clients;
    Outcome outcome = Outcome::Unknown;

    const Socket& socket(Role role) const { return role == Role::Client ? client : server; }
};

class CapturePoint {
public:
    /// `number`: which one it is of those that were given.
    explicit CapturePoint(std::string name, size_t number = 0) : name_(std::move(name)), number_(number) {}

    /// Takes in a segment, what was captured of its payload, and the verdict. Throws std::bad_alloc.
    void note(const Path& path, const Segment& segment, const Bytes& payload, const Verdict& verdict);
    /// Takes in an ICMP error and the verdict on it. Throws std::bad_alloc.
    void note(const IcmpError& error, const Verdict& verdict);
    /// The time of any packet: the capture lasts from the first to the latest.
    void note_time(int64_t time);
    /// The capture is at its end.
    void finish(const Tracker& tracker);
    /// What the capturing system says itself: the packets that it lost, and when it began and ended.
    void note_drops(uint64_t packets) { drops_ += packets; }
    void note_limits(int64_t begin, int64_t end) {
        begin_ = begin;
        end_ = end;
        limits_known_ = true;
    }

    /// The connection `fragment` is a part of the connection `whole`, which this point could not know: moves its
    /// segments there. `swapped`: what is the client in one is the server in the other. Throws std::bad_alloc.
    void absorb(uint32_t whole, uint32_t fragment, bool swapped);

    const std::string& name() const { return name_; }
    size_t number() const { return number_; }
    const std::vector<SeenConnection>& connections() const { return connections_; }
    int64_t begin() const { return begin_; }  ///< of the first packet, or of the capture if that is known
    int64_t end() const { return end_; }
    bool limits_known() const { return limits_known_; }
    uint64_t drops() const { return drops_; }

private:
    std::string name_;
    size_t number_;
    std::vector<SeenConnection> connections_;   // by tcpstate.conn
    std::vector<SeenSegments::Latest> latest_;  // of each, while they are read
    int64_t begin_ = std::numeric_limits<int64_t>::max(), end_ = std::numeric_limits<int64_t>::min();
    uint64_t drops_ = 0;
    bool limits_known_ = false;
};

}  // namespace tcpstate
