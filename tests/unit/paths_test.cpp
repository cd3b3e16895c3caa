// SPDX-License-Identifier: GPL-2.0-or-later
// The fast path and the SYN cache are there for speed alone: every trace and every recorded sample, also perturbed,
// comes to the same verdicts, the same hindsight and the same connections with and without them.
#include <functional>
#include <string>
#include <vector>

#include "capture.hpp"
#include "trace.hpp"
#include "zeek.hpp"

using namespace tcpstate;

namespace {

/// A segment, or an ICMP error about one.
struct Packet {
    Path path;
    Segment segment;
    IcmpVerdict icmp = IcmpVerdict::None;
};
using Packets = std::vector<Packet>;

const Verdict* observe(Tracker& tracker, const Packet& packet, uint32_t frame) {
    if (packet.icmp != IcmpVerdict::None)
        return tracker.observe(IcmpError{frame, packet.segment.time, packet.path, packet.segment.seq, packet.icmp});
    Segment segment = packet.segment;
    segment.frame = frame;
    return &tracker.observe(packet.path, segment);
}

std::string history_of(const Connection& connection) {
    Text text;
    print(connection.history, text);
    return text.c_str();
}

bool same(const Endpoint& a, const Endpoint& b) {
    bool const numbers = a.snd_nxt == b.snd_nxt && a.snd_una == b.snd_una && a.sent_edge == b.sent_edge &&
                         a.rcv_nxt() == b.rcv_nxt() && a.window_edge == b.window_edge;
    bool const counts = a.bytes == b.bytes && a.frames == b.frames && a.attempts == b.attempts;
    return numbers && counts && a.state == b.state && a.presumed == b.presumed && a.last_frame == b.last_frame;
}

bool same(const Connection& a, const Connection& b) {
    bool const links = a.previous() == b.previous() && a.next() == b.next() && a.incarnation == b.incarnation;
    bool const ends = same(a.client(), b.client()) && same(a.server(), b.server());
    bool const hindsight = a.outcome() == b.outcome() && a.half_closed_ended_in() == b.half_closed_ended_in() &&
                           a.cold().discovered_in == b.cold().discovered_in;
    return links && ends && hindsight && history_of(a) == history_of(b) && std::string(zeek_state(a)) == zeek_state(b);
}

/// The first frame where the two ways differ, or a number beyond the last one; 0 if the connections do in the end.
size_t first_difference(const Packets& packets) {
    Tracker all({}, Tracker::Paths::All), slow({}, Tracker::Paths::SlowOnly);
    for (size_t i = 0; i < packets.size(); ++i) {
        auto const frame = static_cast<uint32_t>(i + 1);
        const Verdict* const a = observe(all, packets[i], frame);
        const Verdict* const b = observe(slow, packets[i], frame);
        if ((a == nullptr) != (b == nullptr) || (a != nullptr && !(*a == *b))) return i + 1;
    }
    if (all.size() != slow.size()) return 0;
    for (uint32_t conn = 0; conn < all.size(); ++conn)
        if (!same(all.connection(conn), slow.connection(conn))) return 0;
    return packets.size() + 1;
}

void check(const std::string& what, const Packets& packets) {
    size_t const frame = first_difference(packets);
    INFO(what << ": frame " << frame);
    CHECK(frame == packets.size() + 1);
}

/// As it is; each event left out, doubled, exchanged with the next one.
void check_perturbed(const std::string& name, const Packets& packets) {
    check(name, packets);
    auto const at = [](Packets& e, size_t i) { return e.begin() + static_cast<std::ptrdiff_t>(i); };
    for (size_t i = 0; i < packets.size(); ++i) {
        std::string const place = ' ' + std::to_string(i + 1) + " of " + name;
        Packets changed = packets;
        changed.erase(at(changed, i));
        check("without frame" + place, changed);
        changed = packets;
        changed.insert(at(changed, i), packets[i]);
        check("twice frame" + place, changed);
        if (i + 1 == packets.size()) continue;
        changed = packets;
        std::swap(changed[i], changed[i + 1]);
        std::swap(changed[i].segment.time, changed[i + 1].segment.time);
        check("exchanged frame" + place, changed);
    }
}

}  // namespace

TEST_CASE("every trace, also perturbed, is the same on both paths", "[paths]") {
    for (const auto& named : trace::all())
        for (const trace::Variant& variant : trace::variants()) {
            Packets packets;
            for (const trace::Line& line : trace::parse(named.text))
                packets.push_back({trace::path_of(line, variant), trace::on_the_wire(line, variant, 1), line.icmp});
            check_perturbed(named.name, packets);
        }
}

TEST_CASE("every recorded sample, also perturbed, is the same on both paths", "[paths]") {
    for (const std::string& file : capture::samples()) {
        Packets packets;
        for (const capture::Packet& packet : capture::read(file)) packets.push_back({packet.path, packet.segment});
        check_perturbed(file, packets);
    }
}

namespace {

/// A long transfer of which the capture dropped segments: how many of its segments took the fast path.
uint32_t fast_segments(uint32_t count, const std::function<bool(uint32_t)>& is_captured) {
    Tracker tracker;
    Path const client{{{{10, 0, 0, 1}, 4}, 40000}, {{{10, 0, 0, 2}, 4}, 80}}, server{client.destination, client.source};
    Segment segment;
    segment.window = 65535;
    segment.ttl = 64;
    uint32_t taken = 0;
    auto send = [&](const Path& path, uint8_t flags, uint32_t seq, uint32_t ack, uint32_t length) {
        ++segment.frame;
        segment.time += millisecond;
        segment.flags = flags;
        segment.seq = Seq{seq};
        segment.ack = Seq{ack};
        segment.length = length;
        if (tracker.observe(path, segment).plain.value) ++taken;
    };
    send(client, flag::Syn, 0, 0, 0);
    send(server, flag::Syn | flag::Ack, 0, 1, 0);
    send(client, flag::Ack, 1, 1, 0);
    for (uint32_t i = 0; i < count; ++i) {
        if (is_captured(2 * i)) send(client, flag::Ack, 1 + 100 * i, 1, 100);
        if (is_captured(2 * i + 1)) send(server, flag::Ack, 1, 101 + 100 * i, 0);
    }
    return taken;
}

}  // namespace

TEST_CASE("a connection of which the capture lost one segment goes on like a calm one", "[paths]") {
    uint32_t const calm = fast_segments(1000, [](uint32_t) { return true; });
    CHECK(calm > 1990);
    CHECK(fast_segments(1000, [](uint32_t i) { return i != 400; }) + 5 > calm);  // a segment with data
    CHECK(fast_segments(1000, [](uint32_t i) { return i != 401; }) + 5 > calm);  // an acknowledgment
    CHECK(fast_segments(1000, [](uint32_t i) { return i / 4 != 100; }) + 9 > calm);
}
