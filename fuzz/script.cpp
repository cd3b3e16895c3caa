// SPDX-License-Identifier: GPL-2.0-or-later
#include "script.hpp"

#include <algorithm>

namespace fuzz {

using namespace tcpstate;

namespace {

enum Kind : uint8_t { SameFrame = 29, Repeat = 30, Icmp = 31 };  // all others: an ordinary segment

/// The core may subtract any two times of a capture.
constexpr int64_t farthest_time = int64_t{1} << 61;

Socket socket_of(uint8_t length, uint32_t salt, uint8_t host, uint16_t port) {
    Socket socket;
    socket.address.length = length;
    socket.address.bytes[0] = 10;
    for (size_t i = 0; i < 3; ++i) socket.address.bytes[i + 1] = static_cast<uint8_t>(salt >> (8 * i));
    // IPv4 has no byte left for the host: its low bit takes the place of the salt's highest
    if (length == 4)
        socket.address.bytes[3] = static_cast<uint8_t>((socket.address.bytes[3] & 0x7f) | host << 7);
    else
        socket.address.bytes[15] = host;
    socket.port = port;
    return socket;
}

int64_t unit_of(uint8_t code) {
    static constexpr int64_t units[16] = {
        0,      1'000,      1'000'000,      10'000'000, 100'000'000, 1'000'000'000, 60'000'000'000, 3'600'000'000'000,
        -1'000, -1'000'000, -1'000'000'000, 1,          1'000'000,   10'000'000,    1'000'000'000,  int64_t{1} << 46};
    return units[code & 15];
}

uint8_t ttl_of(uint8_t code) {
    static constexpr uint8_t ttls[16] = {64, 64, 64, 64, 64, 63, 62, 61, 60, 59, 128, 255, 1, 0, 65, 67};
    return ttls[code & 15];
}

struct Ends {
    Endpoint me, peer;
};

/// The numbers of both ends, as the tracker knows them; zeros for a connection that is not there yet.
Ends ends_of(const Pair& pair, unsigned direction, bool older, const Tracker& tracker) {
    if (pair.newest == no_index) return {};
    uint32_t const before = tracker.connection(pair.newest).previous();
    const Connection& c = tracker.connection(older && before != no_index ? before : pair.newest);
    bool const is_client = pair.roles[direction] == Role::Client;
    return {is_client ? c.client() : c.server(), is_client ? c.server() : c.client()};
}

Seq seq_base(uint8_t code, const Endpoint& me, const Endpoint& peer) {
    switch (code & 15) {
        case 0: return Seq{0};
        case 1: return me.iss;
        case 2: return me.snd_una;
        case 3: return me.fin;
        case 4: return peer.rcv_nxt();
        case 5: return peer.other_ack.number;
        case 6: return peer.sack_edge;
        case 7: return me.sent_edge;
        case 8: return peer.window_edge;
        case 9: return me.snd_nxt + 0x40000000;
        case 10: return me.snd_nxt + 0x7fffffff;
        default: return me.snd_nxt;
    }
}

Seq ack_base(uint8_t code, const Endpoint& me, const Endpoint& peer) {
    switch (code & 15) {
        case 0: return Seq{0};
        case 1: return peer.iss;
        case 2: return peer.snd_una;
        case 3: return peer.fin;
        case 4: return me.rcv_nxt();
        case 5: return me.other_ack.number;
        case 6: return peer.sent_edge;
        case 7: return me.snd_nxt;
        case 8: return peer.snd_nxt + 0x7fffffff;
        default: return peer.snd_nxt;
    }
}

void add_options(const Record& record, const Ends& ends, Segment& segment) {
    segment.has_timestamp = (record.options & 1) != 0;
    segment.has_sack = (record.options & 2) != 0;
    if (segment.has_sack) {
        Seq const bases[] = {ends.peer.snd_nxt, ends.peer.snd_una, ends.peer.sent_edge, ends.me.rcv_nxt()};
        segment.sack_right = bases[record.options >> 5 & 3] + record.detail;
    }
    if ((record.options & 4) != 0) segment.scale = record.detail % 15;  // the reader allows no more
    segment.length_known = (record.options & 8) == 0;
    if (!segment.length_known)
        segment.length = 0;
    else
        segment.length = (record.options & 16) != 0 ? static_cast<uint32_t>(record.length) << 16 : record.length;
}

}  // namespace

Script::Script(uint32_t salt) {
    table_[0].sockets = {socket_of(4, salt, 0, 40000), socket_of(4, salt, 1, 80)};
    table_[1].sockets = {socket_of(16, salt, 1, 50000), socket_of(16, salt, 2, 443)};
    table_[2].sockets = {socket_of(4, salt, 0, 7777), socket_of(4, salt, 0, 7777)};  // connected to itself
    table_[3].sockets = {socket_of(4, salt, 0, 6000), socket_of(4, salt, 1, 6000)};
}

Action Script::next(const Record& record, const Tracker& tracker) {
    Action action;
    uint8_t const kind = record.target >> 3;
    action.pair = record.target & 3;
    action.direction = record.target >> 2 & 1;
    action.same_frame = kind == SameFrame && frame_ != 0;
    if (!action.same_frame) {  // all headers of a frame were captured at once
        ++frame_;
        time_ = std::clamp(time_ + unit_of(record.clock) * record.pause, -farthest_time, farthest_time);
    }
    const Pair& pair = table_[action.pair];
    action.path = {pair.sockets[action.direction], pair.sockets[1 - action.direction]};

    Ends const ends = ends_of(pair, action.direction, (record.options & 0x80) != 0, tracker);
    Segment& s = action.segment;
    if (kind == Repeat) {
        s = latest_;
    } else {
        s.flags = record.flags;
        s.seq = seq_base(record.bases, ends.me, ends.peer) + static_cast<uint32_t>(record.seq_delta);
        s.ack = ack_base(record.bases >> 4, ends.me, ends.peer) + static_cast<uint32_t>(record.ack_delta);
        s.window = record.window;
        s.ttl = ttl_of(record.clock >> 4);
        add_options(record, ends, s);
    }
    s.frame = frame_;
    s.time = time_;
    latest_ = s;
    action.is_icmp = kind == Icmp;
    if (action.is_icmp)
        action.icmp = {frame_, time_, action.path, s.seq, static_cast<IcmpVerdict>(1 + record.detail % 6)};
    return action;
}

void Script::learn(const Action& action, const Verdict& verdict) {
    Pair& pair = table_[action.pair];
    pair.conn = verdict.conn;
    if (pair.newest == no_index || verdict.conn > pair.newest) pair.newest = verdict.conn;
    pair.roles[action.direction] = verdict.sender;
    pair.roles[1 - action.direction] = other(verdict.sender);
}

}  // namespace fuzz
