// SPDX-License-Identifier: GPL-2.0-or-later
/// Traces: segments on the left of the bar, what must come out on the right.
///
///     1.000 > P. 1:6 ack 1 win 500 | ESTABLISHED ESTABLISHED? +half-closed half_closed=client !rst.cause
///
/// Left: seconds; > from the client, < from the server; flags as packetdrill writes them (S F R P . U, the dot is
/// ACK, - is none); first and last sequence number relative to the sender's ISN; then options:
///   ack N   relative to the receiver's ISN       win N    window (500 if left out)
///   ttl N   (64; none: unknown)                  sack N   right edge of the first SACK block
///   id N    of IPv4 (none: no identification)
///   fragment   of an IP datagram: its length is unknown
///   ts      timestamps option                    dsack    the first SACK block reports data that arrived twice
///   raw     the sequence number is absolute      wscale N window scale option
///   self    sent to its own address and port     iss N    numbers of the N-th incarnation (1)
///   client H:P, server H:P   other ends: host number and port (1:40000 and 2:80)
///   payload "text", payload 0xHEX   what a RST carries; mptcp_reason N   its MP_TCPRST option
///   icmp W  not a segment: an ICMP error of kind W (unreachable, port-unreachable, ...) quoting this one
/// Right: state of client and server; ? after it: presumed, ! after it: observed; a mere * is not compared; then
///   +event  exactly these events occur           name=value  a field (tcpstate. left out; _ stands for a space)
///   +*      and any others                       name!=value it has another value, or none
///   !name   this field is absent                 name~part, name!~part   the value contains this part, or does not
/// capture-remark is about the capture, not about one segment: it is compared only where a line expects it.
/// A line "preference NAME VALUE" sets a preference, times in seconds.
/// Every trace also runs with initial sequence numbers that wrap, and with the ports exchanged.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "fields.hpp"
#include "store.hpp"
#include "tracker.hpp"

namespace trace {

struct Line {
    int number = 0;  ///< in the text, 1-based
    std::string text;
    bool from_client = true;
    bool is_icmp = false;
    bool to_itself = false;
    tcpstate::Segment segment;
    tcpstate::IcmpVerdict icmp = tcpstate::IcmpVerdict::None;
    uint32_t isn_set = 1;
    bool raw = false;
    std::string payload;  ///< of a RST
    uint8_t client_host = 1, server_host = 2;
    uint16_t client_port = 0, server_port = 0;  ///< 0: the usual ones
    std::vector<std::string> expected;
};

/// Reads a trace; throws std::runtime_error with the line on a mistake in it.
std::vector<Line> parse(const std::string& text);

/// The given preferences with what the trace's own lines set; throws std::runtime_error on one that does not exist.
tcpstate::Preferences preferences_of(const std::string& text, tcpstate::Preferences preferences);
/// Whether this line of a trace is a segment, and not empty, a comment or a preference.
bool is_segment(const std::string& row);

/// Initial sequence numbers and ports of one run.
struct Variant {
    uint32_t client_isn, server_isn;
    bool ports_exchanged;
    const char* name;
};
const std::vector<Variant>& variants();

/// A trace that went through the core.
struct Run {
    tcpstate::Tracker tracker;
    tcpstate::VerdictStore store;
    std::vector<Line> lines;
    explicit Run(const tcpstate::Preferences& preferences) : tracker(preferences) {}
    /// Values of a field on the line with this index, as Wireshark would print them.
    std::vector<std::string> values(size_t line, const tcpstate::Field& field, bool hindsight) const;
    std::vector<std::string> values(size_t line, const char* field) const;
};
/// What the core sees of a line as frame number `frame`.
tcpstate::Path path_of(const Line& line, const Variant& variant);
tcpstate::Segment on_the_wire(const Line& line, const Variant& variant, uint32_t frame);
/// The lines are frames 1, 2, 3 ...
Run play(const std::vector<Line>& lines, const Variant& variant, const tcpstate::Preferences& preferences = {});

void check(const std::string& text, const tcpstate::Preferences& preferences, bool exchange_ports);

struct Named {
    const char* name;
    const char* text;
};
/// Every trace in the program.
std::vector<Named>& all();
struct Registration {
    Registration(const char* name, const char* text) { all().push_back({name, text}); }
};

}  // namespace trace

/// Frames 1 to 3 and 4 to 5 of most traces. Afterwards the client's next number is 6, the server's is 1.
#define HANDSHAKE "0.000 > S 0:0\n0.010 < S. 0:0 ack 1\n0.020 > . 1:1 ack 1 | ESTABLISHED! ESTABLISHED?\n"
#define HELLO "0.100 > P. 1:6 ack 1\n0.110 < . 1:1 ack 6 | ESTABLISHED! ESTABLISHED!\n"

#define TRACE_JOIN2(a, b) a##b
#define TRACE_JOIN(a, b) TRACE_JOIN2(a, b)
#define TRACE_CASE(name, tags, exchange, ...)                                            \
    static const trace::Registration TRACE_JOIN(trace_, __COUNTER__)(name, __VA_ARGS__); \
    TEST_CASE(name, tags) { trace::check(__VA_ARGS__, {}, exchange); }
/// A test case that is one trace. Roles come from the handshake: ports may be exchanged.
#define TRACE(name, tags, ...) TRACE_CASE(name, tags, true, __VA_ARGS__)
/// The same for a trace without handshake, where the ports decide the roles.
#define MIDSTREAM_TRACE(name, tags, ...) TRACE_CASE(name, tags, false, __VA_ARGS__)
