// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.hpp"

#include "compat.hpp"
#include "compiler.hpp"
#include "dissection.hpp"
#include "guard.h"
#include "reader.hpp"
#include "tap.hpp"
#include "writer.hpp"

namespace tcpstate {
namespace {

/// One TCP header. Has no destructor: a longjmp may pass.
struct Header {
    Context context;
    uint32_t frame;
    uint16_t id;

    bool is_visited() const { return PINFO_FD_VISITED(context.pinfo) != 0; }
    /// Only then can a filter drop the frame.
    bool may_be_filtered() const { return context.tree != nullptr; }
};

/// A verdict, and the session to ask for what it says of other frames.
struct Found {
    const Verdict* verdict;
    const Session* session;
};

View view_of(const Header& header, const Verdict& verdict, const Session& session) {
    return session.view(verdict, header.frame, time_of(header.context.pinfo), header.is_visited());
}

TCPSTATE_COLD const Verdict* observe_error(Session& session, const Header& header, uint32_t frame) {
    IcmpError error;
    if (!read_error(header.context.tvb, header.context.pinfo, dissection().quotation, error)) return nullptr;
    if (header.may_be_filtered()) dissection().read_filter.note(error, header.id);
    error.frame = frame;
    return session.observe(error, header.id);
}

/// `frame` is its number in this session.
const Verdict* observe_header(Session& session, const Header& header, uint32_t frame, const void* ip) {
    const packet_info* const pinfo = header.context.pinfo;
    tvbuff_t* const tvb = header.context.tvb;
    if (pinfo->flags.in_error_pkt) return observe_error(session, header, frame);
    Path path;
    Segment segment;
    if (!read_segment(tvb, pinfo, ip, path, segment)) return nullptr;
    if (session.checks_checksum() && checksum_is_bad(tvb, pinfo)) return nullptr;
    if (header.may_be_filtered()) dissection().read_filter.note(path, segment, header.id);
    segment.frame = frame;
    return session.observe(path, segment, header.id);
}

/// On the first pass by observing the segment, later by recalling the verdict. Null when it has none. It is the
/// session's, and gone with the next header, which may be inside of this segment.
Found find_verdict(Dissection& d, const Header& header, const void* ip) {
    const packet_info* const pinfo = header.context.pinfo;
    if (header.is_visited()) {
        d.hindsight_readers.second_pass = true;
        d.read_filter.end(pinfo, d.sessions);
    } else {
        if (header.may_be_filtered()) d.read_filter.begin(pinfo, d.sessions);
        Session& session = *d.sessions.observing();
        uint32_t const frame = d.sessions.read ? d.read_filter.ordinal() : header.frame;
        if (session.add_header(frame, header.id)) return {observe_header(session, header, frame, ip), &session};
        d.read_filter.dissect_again(pinfo, d.sessions);
    }
    Session& session = *d.sessions.shown;
    return {session.recall(header.frame, header.id), &session};
}

/// Taps are told after the frame, so what they get is in the frame's memory.
TCPSTATE_NOINLINE void queue_for_taps(const Header& header, const Verdict& verdict, const Session& session,
                                      const void* ip) {
    packet_info* const pinfo = header.context.pinfo;
    Path path;
    Segment segment;
    IcmpError error;
    read_segment(header.context.tvb, pinfo, ip, path, segment);  // of a quoted header there may be too little
    if (!verdict.is_segment) read_error(header.context.tvb, pinfo, dissection().quotation, error);
    void* const memory = wmem_alloc(pinfo->pool, sizeof(Tapped));
    tap(pinfo,
        new (memory) Tapped{path, verdict, time_of(pinfo), session.serial(), header.frame, header.id, segment, error});
}

/// What is written about one header, before and after the TCP dissector. Has no destructor either.
struct Output {
    Header header;
    const Session* session;
    Verdict verdict;
    proto_item* item;  ///< ours in the tree, or null
};

/// The verdict on a header if there is anything to write about it, else none.
Found observe(const Header& header, const void* ip) try {
    if (session() == nullptr) return {};
    Found const found = find_verdict(dissection(), header, ip);
    if (found.verdict == nullptr) return {};
    if (is_tapped()) queue_for_taps(header, *found.verdict, *found.session, ip);
    return has_reader(*found.verdict, header.context) ? found : Found{};
} catch (...) {
    session()->give_up(header.frame);
    return {};
}

/// True when something is left to be written after the TCP dissector.
bool write_before(Output& output) try {
    const Header& header = output.header;
    View view = view_of(header, output.verdict, *output.session);
    Path path;
    Segment segment;
    if (output.verdict.is_segment && reads_segment(header.context) &&
        read_segment(header.context.tvb, header.context.pinfo, nullptr, path, segment))
        view.segment = &segment;
    output.item = write(view, header.context);
    return is_unfinished(output.verdict, output.item);
} catch (...) {
    ws_warning("frame %u could not be described", output.header.frame);
    return false;
}

void write_after(void* data, int accepted) {
    const Output& output = *static_cast<const Output*>(data);
    if (accepted == 0 || session() == nullptr) return;
    try {
        finish(output.item, view_of(output.header, output.verdict, *output.session), output.header.context);
    } catch (...) {
        ws_warning("frame %u could not be described", output.header.frame);
    }
}

/// Apart, so that a segment nobody asks about needs no room for it.
TCPSTATE_NOINLINE int dissect_and_write(const Header& header, const Found& found, void* data) {
    Output output{header, found.session, *found.verdict, nullptr};
    auto const [tvb, pinfo, tree] = header.context;
    dissector_handle_t const inner = dissection().dissectors.tcp;
    if (!write_before(output)) return call_dissector_only(inner, tvb, pinfo, tree, data);
    return tcpstate_call_guarded(inner, tvb, pinfo, tree, data, write_after, &output);
}

/// What can throw in here catches by itself: the exceptions of the TCP dissector are not ours.
TCPSTATE_HOT int dissect_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    if (auto const listener = dissection().header_listener) listener(tvb, pinfo);
    Header const header{{tvb, pinfo, tree}, pinfo->num, header_id_of(tvb, pinfo)};
    Found const found = observe(header, data);
    if (found.verdict != nullptr) return dissect_and_write(header, found, data);
    return call_dissector_only(dissection().dissectors.tcp, tvb, pinfo, tree, data);
}

void end_quotation(void* outer, int /*accepted*/) { dissection().quotation = *static_cast<const Quotation*>(outer); }

int dissect_quoting(dissector_handle_t inner, bool version6, tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree,
                    void* data) {
    Quotation outer = dissection().quotation;
    dissection().quotation = read_quotation(tvb, pinfo, version6);
    return tcpstate_call_guarded(inner, tvb, pinfo, tree, data, end_quotation, &outer);
}

int dissect_icmp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    return dissect_quoting(dissection().dissectors.icmp, false, tvb, pinfo, tree, data);
}

int dissect_icmpv6(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    return dissect_quoting(dissection().dissectors.icmpv6, true, tvb, pinfo, tree, data);
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
    Dissectors& dissectors = dissection().dissectors;
    dissectors.our_protocol = find_protocol_by_id(registry().proto);
    dissectors.tcp_protocol = find_protocol_by_id(proto_get_id_by_filter_name("tcp"));
    dissectors.tcp = hook_before(IP_PROTO_TCP, dissect_tcp, "tcpstate");
    dissectors.icmp = hook_before(IP_PROTO_ICMP, dissect_icmp, "tcpstate.icmp");
    dissectors.icmpv6 = hook_before(IP_PROTO_ICMPV6, dissect_icmpv6, "tcpstate.icmpv6");
}

}  // namespace tcpstate
