// SPDX-License-Identifier: GPL-2.0-or-later
/// The one writer: a verdict becomes fields in the packet tree, expert infos and text in the Info column.
/// Wireshark may longjmp out of it, so nothing in it has a destructor.
#pragma once
#include "compat.hpp"
#include "fields.hpp"

namespace tcpstate {

/// Where to write.
struct Sheet {
    tvbuff_t* tvb;
    packet_info* pinfo;
    proto_tree* tree;           ///< or null
    proto_node* last_before;    ///< what was last in the tree before the TCP dissector began, or null
};

/// Whether anything of this verdict has a reader.
bool wanted(const View& view, const Sheet& sheet);
void write(const View& view, const Sheet& sheet);

}  // namespace tcpstate
