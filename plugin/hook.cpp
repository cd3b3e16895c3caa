// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.hpp"

#include "compat.hpp"
#include "guard.h"
#include "reader.hpp"
#include "registry.hpp"
#include "session.hpp"
#include "writer.hpp"

namespace tcpstate {
namespace {

dissector_handle_t inner_tcp, inner_icmp, inner_icmpv6;
const protocol_t* protocol;     // ours; people can disable it

/// The ICMP error that is being dissected, while it is.
Quotation quotation;

/// One TCP header while the TCP dissector works on it. Has no destructor: a longjmp may pass.
struct Passage {
    Sheet sheet;
    uint32_t frame;
    Verdict verdict;
};

View view_of(const Passage& passage, const Tracker& tracker) {
    const packet_info* const pinfo = passage.sheet.pinfo;
    return {passage.verdict, tracker, passage.frame, time_of(pinfo), PINFO_FD_VISITED(pinfo) != 0};
}

/// Fills the verdict on the header at the start of `tvb`: on the first pass by observing it, later by recalling it.
/// False when it has none.
bool judge(Session& session, tvbuff_t* tvb, const packet_info* pinfo, const void* ip, Verdict& verdict) {
    uint16_t const place = place_of(tvb, pinfo);
    if (PINFO_FD_VISITED(pinfo)) return session.recall(pinfo->num, place, verdict);
    if (pinfo->flags.in_error_pkt) {
        IcmpError error;
        return read_error(tvb, pinfo, quotation, error) && session.observe(error, place, verdict);
    }
    Path path;
    Segment segment;
    if (!read_segment(tvb, pinfo, ip, path, segment)) return false;
    if (session.checks_checksum() && checksum_is_bad(tvb, pinfo)) return false;
    return session.observe(path, segment, place, verdict);
}

/// Prepares the passage. False when the TCP dissector can go ahead alone.
bool begin(Passage& passage, const void* ip) {
    Session* const open = session();
    if (open == nullptr || !proto_is_protocol_enabled(protocol)) return false;
    const Sheet& sheet = passage.sheet;
    try {
        if (!judge(*open, sheet.tvb, sheet.pinfo, ip, passage.verdict)) return false;
    } catch (...) {
        ws_warning("tcpstate: out of memory in frame %u, no connection is followed from here on", passage.frame);
        return false;
    }
    return wanted(view_of(passage, open->tracker()), sheet);
}

extern "C" void end(void* context, int accepted) {
    auto* const passage = static_cast<Passage*>(context);
    const Session* const open = session();
    if (accepted == 0 || open == nullptr) return;
    try {
        write(view_of(*passage, open->tracker()), passage->sheet);
    } catch (...) {
        ws_warning("tcpstate: frame %u could not be described", passage->frame);
    }
}

extern "C" int dissect_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    Passage passage;
    passage.sheet = {tvb, pinfo, tree, tree != nullptr ? tree->last_child : nullptr};
    passage.frame = pinfo->num;
    if (!begin(passage, data)) return call_dissector_only(inner_tcp, tvb, pinfo, tree, data);
    return tcpstate_call_guarded(inner_tcp, tvb, pinfo, tree, data, end, &passage);
}

extern "C" void end_quotation(void* context, int /*accepted*/) { quotation = *static_cast<const Quotation*>(context); }

int dissect_quoting(dissector_handle_t inner, bool version6, tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree,
                    void* data) {
    Quotation outer = quotation;
    quotation = read_quotation(tvb, version6);
    return tcpstate_call_guarded(inner, tvb, pinfo, tree, data, end_quotation, &outer);
}

extern "C" int dissect_icmp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    return dissect_quoting(inner_icmp, false, tvb, pinfo, tree, data);
}

extern "C" int dissect_icmpv6(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
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
    protocol = find_protocol_by_id(registry().proto);
    inner_tcp = hook_before(IP_PROTO_TCP, dissect_tcp, "tcpstate");
    inner_icmp = hook_before(IP_PROTO_ICMP, dissect_icmp, "tcpstate.icmp");
    inner_icmpv6 = hook_before(IP_PROTO_ICMPV6, dissect_icmpv6, "tcpstate.icmpv6");
}

}  // namespace tcpstate
