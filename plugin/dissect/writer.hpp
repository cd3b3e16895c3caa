// SPDX-License-Identifier: GPL-2.0-or-later
/// The one writer: a verdict becomes fields in the packet tree, expert infos and text in the Info column.
/// Wireshark may longjmp out of it, so nothing in it has a destructor.
#pragma once
#include "compat.hpp"
#include "dissection.hpp"
#include "fields.hpp"

namespace tcpstate {

/// One call of a dissector, as Wireshark hands it over.
struct Context {
    tvbuff_t* tvb;
    packet_info* pinfo;
    proto_tree* tree;  ///< or null
};

/// Whether somebody reads our fields: what proto_field_is_referenced() says, without a call for every segment.
/// tools/in-tree compares it with that function.
inline bool reads_fields(const Context& context) {
    if (context.tree == nullptr) return false;
    const tree_data_t& wanted = *PTREE_DATA(context.tree);
    return wanted.visible || !wanted.fake_protocols || registry().info->ref_type != HF_REF_TYPE_NONE;
}
/// Whether somebody reads a field for which the header has to be read again.
bool reads_segment(const Context& context);
/// Whether there is anything to write.
inline bool has_reader(const Verdict& verdict, const Context& context) {
    return verdict.events != 0 || reads_fields(context);
}
/// Writes what has a reader: fields somebody asked for, expert infos always. Before the TCP dissector is called, so
/// that the values of two TCP headers in one frame come in the order of the headers. Returns our item in the tree, or
/// null when people will not see it.
proto_item* write(const View& view, const Context& context);

/// Whether something is left for `finish`.
bool is_unfinished(const Verdict& verdict, const proto_item* top);
/// After the TCP dissector: puts our item below TCP's, and our text behind TCP's in the Info column.
void finish(proto_item* top, const View& view, const Context& context);

}  // namespace tcpstate
