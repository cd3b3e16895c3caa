// SPDX-License-Identifier: GPL-2.0-or-later
/// What the plugin knows of Wireshark's insides, compared with Wireshark's source: no distribution ships the header. So
/// it is compiled only there, and there a difference ends the build. What stands in no header at all is compared by
/// tools/in-tree.
#include <cstddef>
#include <type_traits>

// Two declarations of the same functions, with our types and with Wireshark's, would be one too many.
#define sequence_analysis_create_sai_with_addresses our_create_sai_with_addresses
#define sequence_analysis_use_color_filter our_use_color_filter
#define register_seq_analysis our_register_seq_analysis
#include "sequence.hpp"
#undef sequence_analysis_create_sai_with_addresses
#undef sequence_analysis_use_color_filter
#undef register_seq_analysis

#include <epan/sequence_analysis.h>

namespace {

#define SAME(ours, our_member, theirs, their_member)                                              \
    static_assert(offsetof(ours, our_member) == offsetof(theirs, their_member) &&                 \
                      std::is_same_v<decltype(ours::our_member), decltype(theirs::their_member)>, \
                  #theirs " differs from " #ours " in " #their_member)

SAME(SequenceArrow, frame_number, seq_analysis_item_t, frame_number);
SAME(SequenceArrow, src_addr, seq_analysis_item_t, src_addr);
SAME(SequenceArrow, port_src, seq_analysis_item_t, port_src);
SAME(SequenceArrow, dst_addr, seq_analysis_item_t, dst_addr);
SAME(SequenceArrow, port_dst, seq_analysis_item_t, port_dst);
SAME(SequenceArrow, frame_label, seq_analysis_item_t, frame_label);
SAME(SequenceArrow, time_str, seq_analysis_item_t, time_str);
SAME(SequenceArrow, comment, seq_analysis_item_t, comment);
SAME(SequenceArrow, conv_num, seq_analysis_item_t, conv_num);
SAME(SequenceArrow, fg_color, seq_analysis_item_t, fg_color);
SAME(SequenceArrow, bg_color, seq_analysis_item_t, bg_color);
SAME(SequenceArrow, has_color_filter, seq_analysis_item_t, has_color_filter);
SAME(SequenceArrow, display, seq_analysis_item_t, display);
SAME(SequenceArrow, src_node, seq_analysis_item_t, src_node);
SAME(SequenceArrow, dst_node, seq_analysis_item_t, dst_node);
SAME(SequenceArrow, line_style, seq_analysis_item_t, line_style);
static_assert(sizeof(SequenceArrow) <= sizeof(seq_analysis_item_t));

SAME(SequenceGraph, name, seq_analysis_info_t, name);
SAME(SequenceGraph, any_addr, seq_analysis_info_t, any_addr);
SAME(SequenceGraph, nconv, seq_analysis_info_t, nconv);
SAME(SequenceGraph, items, seq_analysis_info_t, items);

// reads_fields() and add_fields(): what proto_field_is_referenced() looks at.
static_assert(HF_REF_TYPE_NONE == 0 && std::is_same_v<decltype(header_field_info::ref_type), hf_ref_type>);
static_assert(std::is_same_v<decltype(tree_data_t::visible), tcpstate::compat::Bool>);
static_assert(std::is_same_v<decltype(tree_data_t::fake_protocols), tcpstate::compat::Bool>);
// write() and finish(): whether our item is the last one of the tree, and what stands behind it.
static_assert(std::is_same_v<decltype(proto_node::last_child), proto_node*>);
static_assert(std::is_same_v<decltype(proto_node::next), proto_node*>);

}  // namespace
