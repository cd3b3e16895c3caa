// SPDX-License-Identifier: GPL-2.0-or-later
/// Bytes of a fuzzer as a capture: records of fixed size, one segment each, whose numbers are given relative to what
/// the live connections know. So most mutations stay near the interesting edges.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "segment.hpp"
#include "tracker.hpp"

namespace fuzz {

/// One segment (or ICMP error), as it stands in the bytes. Every value of every field means something.
struct Record {
    uint8_t target;  ///< bits 0-1 pair of sockets, 2 direction, 3-7 kind (see script.cpp)
    uint8_t flags;
    uint8_t bases;  ///< what the deltas count from: low nibble sequence number, high nibble acknowledgment
    uint8_t clock;  ///< low nibble unit of the pause, high nibble TTL
    int32_t seq_delta, ack_delta;
    uint16_t length, window;
    uint8_t options;  ///< bits 0 timestamp, 1 SACK, 2 scale, 3 length unknown, 4 huge, 5-6 base of SACK, 7 older life
    uint8_t detail;   ///< shift count or distance of the SACK edge
    uint16_t pause;
};
static_assert(sizeof(Record) == 20);

inline constexpr size_t config_size = 4;  ///< bytes before the first record
inline constexpr size_t most_records = 96;

/// What stands before the records.
struct Config {
    bool thorough = false;  ///< every field of every segment is printed, twice
    int preferences = 0;    ///< 0..3
    explicit Config(uint8_t byte) : thorough((byte & 7) == 0), preferences(byte >> 3 & 3) {}
};

/// The two directions of a pair of sockets, and the connection that its latest segment belonged to.
struct Pair {
    std::array<tcpstate::Socket, 2> sockets;
    uint32_t conn = tcpstate::no_index;  ///< of its latest segment
    uint32_t newest = tcpstate::no_index;
    std::array<tcpstate::Role, 2> roles{};  ///< of each direction's sender, in `conn`
};

/// One step of the script, ready for the tracker.
struct Action {
    bool is_icmp = false;
    bool same_frame = false;  ///< a further header in the frame of the step before
    unsigned pair = 0;
    unsigned direction = 0;
    tcpstate::Path path;
    tcpstate::Segment segment;
    tcpstate::IcmpError icmp;
};

class Script {
public:
    /// `salt` makes the addresses of this run differ from those of any other run in the same tracker.
    explicit Script(uint32_t salt);
    Action next(const Record& record, const tcpstate::Tracker& tracker);
    /// Tells what became of the step: its connection, and the role of its sender there.
    void learn(const Action& action, const tcpstate::Verdict& verdict);

private:
    std::array<Pair, 4> table_;
    tcpstate::Segment latest_;
    uint32_t frame_ = 0;
    int64_t time_ = 1'700'000'000'000'000'000;
};

}  // namespace fuzz
