// SPDX-License-Identifier: GPL-2.0-or-later
/// What a flow graph needs of Wireshark's sequence analysis, whose header no distribution ships. The library makes the
/// items, so their size is its own affair; only the members down to `line_style` are ours to touch.
/// in_tree/internals.cpp compares all this with that header.
#pragma once
#include "compat.hpp"

extern "C" {

/// One arrow of the graph: seq_analysis_item_t. What is behind differs from version to version.
struct SequenceArrow {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char* frame_label;  ///< on the arrow; freed by the library with g_free
    char* time_str;
    char* comment;  ///< beside it; freed as well
    uint16_t conv_num;
    unsigned fg_color, bg_color;
    tcpstate::compat::Bool has_color_filter;
    tcpstate::compat::Bool display;
    unsigned src_node, dst_node;
    uint16_t line_style;
};

/// The graph, down to its list: seq_analysis_info_t.
struct SequenceGraph {
    const char* name;
    tcpstate::compat::Bool any_addr;
    int nconv;
    GQueue* items;
};

WS_DLL_PUBLIC void register_seq_analysis(const char* name, const char* title, int proto, const char* tap,
                                         unsigned flags, tap_packet_cb packet);
/// Makes an item with the packet's time and addresses; null when it has none.
WS_DLL_PUBLIC SequenceArrow* sequence_analysis_create_sai_with_addresses(packet_info* pinfo, SequenceGraph* graph);
WS_DLL_PUBLIC void sequence_analysis_use_color_filter(packet_info* pinfo, SequenceArrow* arrow);
}
