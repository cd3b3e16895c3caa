// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "command_line.hpp"
#include "dissection.hpp"
#include "tap.hpp"
#include "timeline_text.hpp"

#include <epan/funnel.h>

namespace tcpstate {
namespace {

constexpr const char* command = "tcpstate,timeline";
constexpr const char* usage = "-z tcpstate,timeline,CONN (a value of tcpstate.conn)";

tap_packet_status note(void* data, packet_info*, epan_dissect_t*, const void* tap_data, tap_flags_t) try {
    auto& timeline = *static_cast<Timeline*>(data);
    const Tapped& tapped = *static_cast<const Tapped*>(tap_data);
    if (tapped.verdict.conn != timeline.conn) return TAP_PACKET_DONT_REDRAW;
    timeline.note(tapped.path, {tapped.time, tapped.frame, tapped.verdict, tapped.verdict.is_segment,
                                tapped.segment.flags, tapped.segment.seq, tapped.segment.ack, tapped.segment.length});
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no timeline");
    return TAP_PACKET_FAILED;
}

void reset(void* timeline) try { static_cast<Timeline*>(timeline)->entries.clear(); } catch (...) {
    ws_warning("out of memory: the timeline shows old segments");
}

void draw(void* data) try {
    const Session* const open = session();
    if (open == nullptr) return;
    std::fputs(print(*static_cast<const Timeline*>(data), open->tracker_as_it_is(), open->tracker() != nullptr).c_str(),
               stdout);
    std::fflush(stdout);
} catch (...) {
    ws_warning("out of memory: the timeline is incomplete");
}

bool begin(const char* argument) {
    const char* const number = argument + std::strlen(command);
    char* end = nullptr;
    unsigned long long const conn =
        *number == ',' && g_ascii_isdigit(number[1]) ? std::strtoull(number + 1, &end, 10) : 0;
    if (end == nullptr || *end != '\0' || conn >= no_index) {
        refuse(argument, "which connection?", usage);
        return false;
    }
    auto timeline = std::make_unique<Timeline>();
    timeline->conn = static_cast<uint32_t>(conn);
    // Wireshark has it until it ends.
    listen({"tcpstate", timeline.release(), nullptr, TL_REQUIRES_ERROR_PACKETS, reset, note, draw}, argument, usage);
    return true;
}

}  // namespace

void gather(Timeline& timeline) {
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    if (ops == nullptr || ops->retap_packets == nullptr) return;
    GString* const error =
        register_tap_listener("tcpstate", &timeline, nullptr, TL_REQUIRES_ERROR_PACKETS, reset, note, nullptr, nullptr);
    if (error != nullptr) {
        g_string_free(error, TRUE);
        return;
    }
    ops->retap_packets(ops->ops_id);
    remove_tap_listener(&timeline);
}

void register_timeline() { register_command<begin>(command); }

}  // namespace tcpstate
