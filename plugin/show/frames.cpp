// SPDX-License-Identifier: GPL-2.0-or-later
#include "frames.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "command_line.hpp"
#include "display.hpp"
#include "dissection.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

constexpr const char *command = "tcpstate,frames", *usage = "-z tcpstate,frames";

void print_numbers(const uint32_t* from, const uint32_t* to) {
    const char* between = "";
    for (; from != to; ++from) {
        std::printf("%s%" PRIu32, between, *from);
        between = ",";
    }
}

void print_time(const char* name, int64_t nanoseconds) {
    Text text;
    add_seconds(nanoseconds, text);
    std::printf(",\"%s\":%s", name, text.c_str());
}

void print_pair(const Path& path, const uint32_t* from, const uint32_t* to) {
    Text a, b;
    add_address(path.source.address, a);
    add_address(path.destination.address, b);
    std::printf(R"({"a":"%s","a_port":%u,"b":"%s","b_port":%u,"frames":[)", a.c_str(), path.source.port, b.c_str(),
                path.destination.port);
    print_numbers(from, to);
    std::puts("]}");
}

/// Only while somebody listens.
FrameIndex& index() { return *display().frame_index; }

tap_packet_status on_frame(void*, packet_info* pinfo, epan_dissect_t*, const void*, tap_flags_t) try {
    index().add_time(pinfo->num, time_of(pinfo));
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no list of frames");
    return TAP_PACKET_FAILED;
}

/// TCP that is not whole is not dissected; the frame that completes it is noted like any other.
tap_packet_status on_ipv4(void*, packet_info* pinfo, epan_dissect_t*, const void* data, tap_flags_t) try {
    auto const* const ip = static_cast<const ws_ip4*>(data);
    bool const is_fragment = (ip->ip_off & 0x3fff) != 0;  // more fragments, or not the first one (RFC 791 3.1)
    if (is_fragment && ip->ip_proto == IP_PROTO_TCP) index().add_fragment(pinfo->num);
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no list of frames");
    return TAP_PACKET_FAILED;
}

/// What follows an extension header is not known here, so each frame with one is taken for a fragment.
tap_packet_status on_ipv6(void*, packet_info* pinfo, epan_dissect_t*, const void* data, tap_flags_t) try {
    uint8_t const next = static_cast<const ws_ip6*>(data)->ip6_nxt;
    if (next == IP_PROTO_FRAGMENT || next == IP_PROTO_HOPOPTS || next == IP_PROTO_ROUTING || next == IP_PROTO_DSTOPTS)
        index().add_fragment(pinfo->num);
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no list of frames");
    return TAP_PACKET_FAILED;
}

void draw(void*) try { index().print(); } catch (...) {
    ws_warning("out of memory: the list of frames is incomplete");
}

bool listen_to(const char* tap, const char* argument, tap_packet_cb packet, tap_draw_cb draw) {
    // One listener per data, so each gets some of its own, which Wireshark has until it ends.
    return listen({tap, new char, nullptr, TL_REQUIRES_NOTHING, nullptr, packet, draw}, argument, usage);
}

void on_header(tvbuff_t* tvb, const packet_info* pinfo) try {
    Path path;
    if (read_path(tvb, pinfo, path)) index().add_segment(pinfo->num, path);
} catch (...) {
    ws_warning("out of memory in frame %u: the list of frames is incomplete", pinfo->num);
}

bool begin(const char* argument) {
    if (std::strcmp(argument, command) != 0) {
        refuse(argument, "it takes no argument", usage);
        return false;
    }
    if (display().frame_index != nullptr) return true;  // asked for twice, printed once
    display().frame_index = std::make_unique<FrameIndex>();
    dissection().header_listener = on_header;
    return listen_to("frame", argument, on_frame, draw) && listen_to("ip", argument, on_ipv4, nullptr) &&
           listen_to("ipv6", argument, on_ipv6, nullptr);
}

}  // namespace

FrameIndex::Key FrameIndex::key_of(const Path& path) {
    auto const write = [](const Socket& socket, char* to) {
        to[0] = static_cast<char>(socket.address.length);
        std::memcpy(to + 1, socket.address.bytes.data(), 16);
        std::memcpy(to + 17, &socket.port, 2);
    };
    Key key;
    write(path.source, key.data());
    write(path.destination, key.data() + 19);
    if (std::memcmp(key.data(), key.data() + 19, 19) > 0) {
        write(path.destination, key.data());
        write(path.source, key.data() + 19);
    }
    return key;
}

void FrameIndex::add_segment(uint32_t frame, const Path& path) {
    begin(frame);
    auto const [pair, is_new] = pairs_.try_emplace(key_of(path), static_cast<uint32_t>(paths_.size()));
    if (is_new) paths_.push_back(path);
    if (occurrences_.empty() || occurrences_.back().frame != frame || occurrences_.back().pair != pair->second)
        occurrences_.push_back({frame, pair->second});
}

void FrameIndex::add_fragment(uint32_t frame) {
    begin(frame);
    if (fragments_.empty() || fragments_.back() != frame) fragments_.push_back(frame);
}

void FrameIndex::add_time(uint32_t frame, int64_t time) {
    begin(frame);
    first_ = std::min(first_, time);
    last_ = std::max(last_, time);
}

void FrameIndex::print() const {
    std::vector<size_t> end(paths_.size() + 1);  // where the frames of a pair end, once they are sorted by pair
    for (const Occurrence& occurrence : occurrences_) ++end[occurrence.pair + 1];
    for (size_t i = 1; i < end.size(); ++i) end[i] += end[i - 1];
    std::vector<uint32_t> sorted(occurrences_.size());
    for (const Occurrence& occurrence : occurrences_) sorted[end[occurrence.pair]++] = occurrence.frame;
    size_t from = 0;
    for (size_t i = 0; i < paths_.size(); ++i) {
        print_pair(paths_[i], sorted.data() + from, sorted.data() + end[i]);
        from = end[i];
    }
    std::printf("{\"packets\":%" PRIu32, newest_);
    if (newest_ != 0) {
        print_time("start", first_);
        print_time("end", last_);
    }
    std::printf(",\"fragments\":[");
    print_numbers(fragments_.data(), fragments_.data() + fragments_.size());
    std::puts("]}");
    std::fflush(stdout);
}

void register_frames() { register_command<begin>(command); }

}  // namespace tcpstate
