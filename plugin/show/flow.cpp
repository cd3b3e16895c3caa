// SPDX-License-Identifier: GPL-2.0-or-later
#include "flow.hpp"

#include "dissection.hpp"
#include "events.hpp"
#include "names.hpp"
#include "sentences.hpp"
#include "sequence.hpp"
#include "tap.hpp"

namespace tcpstate {
namespace {

constexpr uint32_t half_open_begins = bit(Event::HalfOpenSuspected) | bit(Event::HalfOpenConfirmed);

/// The states in the room that an arrow has in tshark: 20 characters for flags and both.
const char* short_name(State state) {
    switch (state) {
        case State::Unknown: return "?";
        case State::SynReceived: return "SYN-RCVD";
        case State::Established: return "EST";
        case State::FinWait1: return "FIN-W1";
        case State::FinWait2: return "FIN-W2";
        case State::CloseWait: return "CLOSE-W";
        case State::TimeWait: return "TIME-W";
        default: return name(state);
    }
}

void add_states(const Verdict& verdict, const char* between, Text& text) {
    text.add("%s%s%s", short_name(verdict.client_state), between, short_name(verdict.server_state));
}

/// The flag that says most. That a FIN, a RST or data acknowledge something too goes without saying.
const char* telling_flag(uint8_t flags) {
    if ((flags & flag::Syn) != 0) return (flags & flag::Ack) != 0 ? "SYN,ACK" : "SYN";
    if ((flags & flag::Fin) != 0) return "FIN";
    if ((flags & flag::Rst) != 0) return "RST";
    if ((flags & flag::Psh) != 0) return "PSH";
    return (flags & flag::Ack) != 0 ? "ACK" : "no flags";
}

void add_event(const Verdict& verdict, Text& text) {
    for (const EventRow& row : events())
        if ((verdict.events & bit(row.id)) != 0) return text.add(" %s", row.name);
}

/// On the arrow, short: the cause of a RST, else both states where one of them changes, else what happened.
void label(const Tapped& tapped, Text& text) {
    const Verdict& verdict = tapped.verdict;
    text.add("%s", verdict.is_segment ? telling_flag(tapped.segment.flags) : "ICMP");
    if (verdict.is_reset()) return text.add(" %s", name(verdict.reset.cause));
    if (verdict.changes.size() == 0) return add_event(verdict, text);
    text.add(" ");
    add_states(verdict, "/", text);
}

/// Beside it, where there is room for some 40 characters in the window and for all of it in tshark.
void comment(const Tapped& tapped, bool visited, Text& text) {
    const Verdict& verdict = tapped.verdict;
    Text summary;
    if (const Session* const open = session())
        summarize(open->view(verdict, tapped.frame, tapped.time, visited), summary);
    text.add("%u: ", verdict.conn);
    add_states(verdict, " / ", text);
    if (!summary.empty()) return text.add(". %s", summary.c_str());
    if (verdict.half_open.kind != HalfOpenKind::None) text.add(", half-open");
    if (verdict.half_closed != MaybeRole::None) text.add(", half-closed");
}

void set_socket(const Socket& socket, address& to, uint16_t& port) {
    address from;
    set_address(&from, socket.address.length == 4 ? AT_IPv4 : AT_IPv6, socket.address.length,
                socket.address.bytes.data());
    free_address(&to);
    copy_address(&to, &from);
    port = socket.port;
}

/// With the addresses of `path`: in a tunnel the packet's may be others. Without one, with those of the packet.
void add_arrow(SequenceGraph* graph, packet_info* pinfo, const Tapped& tapped, const Path* path, const Text& label,
               const Text& comment) {
    SequenceArrow* const arrow = sequence_analysis_create_sai_with_addresses(pinfo, graph);
    if (arrow == nullptr) return;
    if (path != nullptr) {
        set_socket(path->source, arrow->src_addr, arrow->port_src);
        set_socket(path->destination, arrow->dst_addr, arrow->port_dst);
    }
    arrow->frame_number = tapped.frame;
    arrow->frame_label = g_strdup(label.c_str());
    arrow->comment = g_strdup(comment.c_str());
    arrow->conv_num = static_cast<uint16_t>(tapped.verdict.conn);
    arrow->display = true;
    arrow->line_style = 1;
    sequence_analysis_use_color_filter(pinfo, arrow);
    g_queue_push_tail(graph->items, arrow);
}

/// Time in which nothing happened has no arrow, so it gets a row of its own: from the one who was silent.
void add_silence(SequenceGraph* graph, packet_info* pinfo, const Tapped& tapped) {
    const HalfOpen& half_open = tapped.verdict.half_open;
    bool const sender_is_gone = half_open.gone == tapped.verdict.sender;
    Path const path = sender_is_gone ? tapped.path : Path{tapped.path.destination, tapped.path.source};
    Text above, beside;
    above.add("~ silent for %.3f s ~", static_cast<double>(half_open.duration) / 1e9);
    beside.add("%u: no sign of life from the %s since frame %u, %u unanswered attempts", tapped.verdict.conn,
               name(half_open.gone), half_open.since, half_open.attempts);
    add_arrow(graph, pinfo, tapped, &path, above, beside);
}

tap_packet_status note_segment(void* graph, packet_info* pinfo, epan_dissect_t*, const void* data, tap_flags_t) try {
    auto* const flow = static_cast<SequenceGraph*>(graph);
    const Tapped& tapped = *static_cast<const Tapped*>(data);
    if ((tapped.verdict.events & half_open_begins) != 0) add_silence(flow, pinfo, tapped);
    Text above, beside;
    label(tapped, above);
    comment(tapped, PINFO_FD_VISITED(pinfo) != 0, beside);
    // An ICMP error comes from whoever sent it, often a router.
    add_arrow(flow, pinfo, tapped, tapped.verdict.is_segment ? &tapped.path : nullptr, above, beside);
    return TAP_PACKET_REDRAW;
} catch (...) {
    ws_warning("out of memory: the flow graph is incomplete");
    return TAP_PACKET_FAILED;
}

}  // namespace

void register_flow() {
    register_seq_analysis("tcpstate", "TCP State", registry().proto, "tcpstate", TL_REQUIRES_ERROR_PACKETS,
                          note_segment);
}

}  // namespace tcpstate
