// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.hpp"

#include "compat.hpp"
#include "frames.hpp"
#include "guard.h"
#include "reader.hpp"
#include "registry.hpp"
#include "session.hpp"
#include "tap.hpp"
#include "writer.hpp"

namespace tcpstate {
namespace {

dissector_handle_t inner_tcp, inner_icmp, inner_icmpv6;
const protocol_t *our_protocol, *tcp_protocol;      // people can disable them

/// The ICMP error that is being dissected, while it is.
Quotation quotation;

/// One TCP header while the TCP dissector works on it. Has no destructor: a longjmp may pass.
struct Passage {
    Sheet sheet;
    proto_item* top;        ///< ours in the tree, or null
    uint32_t frame;
    uint16_t spot;
    Verdict verdict;
};

/// To copy from: cheaper than to fill in member by member for every segment.
constinit const Passage blank{};

View view_of(const Passage& passage, const Tracker& tracker) {
    const packet_info* const pinfo = passage.sheet.pinfo;
    return {passage.verdict, tracker, passage.frame, time_of(pinfo), PINFO_FD_VISITED(pinfo) != 0};
}

/// Fills the verdict: on the first pass by observing the segment, later by recalling it. False when it has none.
bool judge(Session& session, Passage& passage, const void* ip) {
    const packet_info* const pinfo = passage.sheet.pinfo;
    tvbuff_t* const tvb = passage.sheet.tvb;
    uint16_t const spot = passage.spot;
    Verdict& verdict = passage.verdict;
    if (PINFO_FD_VISITED(pinfo) || session.met(passage.frame, spot)) return session.recall(pinfo->num, spot, verdict);
    if (pinfo->flags.in_error_pkt) {
        IcmpError error;
        return read_error(tvb, pinfo, quotation, error) && session.observe(error, spot, verdict);
    }
    Path path;
    Segment segment;
    if (!read_segment(tvb, pinfo, ip, path, segment)) return false;
    if (session.checks_checksum() && checksum_is_bad(tvb, pinfo)) return false;
    return session.observe(path, segment, spot, verdict);
}

/// Taps are told after the frame, so what they get is in the frame's memory.
void tell_taps(const Passage& passage, const Session& session) {
    packet_info* const pinfo = passage.sheet.pinfo;
    Path path;
    Segment segment;
    read_segment(passage.sheet.tvb, pinfo, nullptr, path, segment);     // of a quoted header there may be too little
    void* const place = wmem_alloc(pinfo->pool, sizeof(Tapped));
    tap(pinfo, new (place) Tapped{path, passage.verdict, &session.tracker(), time_of(pinfo), session.serial(),
                                  passage.frame, passage.spot, segment.flags});
}

/// Asked once for each session: after protocols were enabled or disabled Wireshark begins another one.
bool is_enabled(const Session& session) {
    static uint32_t asked_in = 0;
    static bool enabled = false;
    if (asked_in != session.serial()) {
        asked_in = session.serial();
        enabled = proto_is_protocol_enabled(our_protocol) && proto_is_protocol_enabled(tcp_protocol);
    }
    return enabled;
}

/// Before the TCP dissector. True when something is left to do after it.
bool begin(Passage& passage, const void* ip) try {
    Session* const open = session();
    if (open == nullptr || !is_enabled(*open)) return false;
    if (!judge(*open, passage, ip)) return false;
    if (is_tapped()) tell_taps(passage, *open);
    if (!has_reader(passage.verdict, passage.sheet)) return false;
    passage.top = write(view_of(passage, open->tracker()), passage.sheet);
    return is_unfinished(passage.verdict, passage.top);
} catch (...) {
    ws_warning("out of memory in frame %u: no connection is followed from here on", passage.frame);
    return false;
}

void end(void* context, int accepted) {
    auto* const passage = static_cast<Passage*>(context);
    const Session* const open = session();
    if (accepted == 0 || open == nullptr) return;
    try {
        finish(passage->top, view_of(*passage, open->tracker()), passage->sheet);
    } catch (...) {
        ws_warning("frame %u could not be described", passage->frame);
    }
}

int dissect_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    Passage passage = blank;
    passage.sheet = {tvb, pinfo, tree};
    passage.frame = pinfo->num;
    passage.spot = spot_of(tvb, pinfo);
    note_header(tvb, pinfo);
    if (!begin(passage, data)) return call_dissector_only(inner_tcp, tvb, pinfo, tree, data);
    return tcpstate_call_guarded(inner_tcp, tvb, pinfo, tree, data, end, &passage);
}

void end_quotation(void* context, int /*accepted*/) { quotation = *static_cast<const Quotation*>(context); }

int dissect_quoting(dissector_handle_t inner, bool version6, tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree,
                    void* data) {
    Quotation outer = quotation;
    quotation = read_quotation(tvb, version6);
    return tcpstate_call_guarded(inner, tvb, pinfo, tree, data, end_quotation, &outer);
}

int dissect_icmp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    return dissect_quoting(inner_icmp, false, tvb, pinfo, tree, data);
}

int dissect_icmpv6(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    return dissect_quoting(inner_icmpv6, true, tvb, pinfo, tree, data);
}

/// Puts `hook` before whatever dissects an IP protocol now, be it Wireshark or another plugin. The hook belongs to no
/// protocol (-1), or frame.protocols would show one more.
dissector_handle_t hook_before(unsigned ip_protocol, dissector_t hook, const char* name) {
    dissector_handle_t const inner = dissector_get_uint_handle(find_dissector_table("ip.proto"), ip_protocol);
    if (inner == nullptr) return nullptr;
    dissector_add_uint("ip.proto", ip_protocol,
                       create_dissector_handle_with_name_and_description(hook, -1, name, name));
    return inner;
}

}  // namespace

void install_hooks() {
    our_protocol = find_protocol_by_id(registry().proto);
    tcp_protocol = find_protocol_by_id(proto_get_id_by_filter_name("tcp"));
    inner_tcp = hook_before(IP_PROTO_TCP, dissect_tcp, "tcpstate");
    inner_icmp = hook_before(IP_PROTO_ICMP, dissect_icmp, "tcpstate.icmp");
    inner_icmpv6 = hook_before(IP_PROTO_ICMPV6, dissect_icmpv6, "tcpstate.icmpv6");
}

}  // namespace tcpstate
