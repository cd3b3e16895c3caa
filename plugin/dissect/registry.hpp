// SPDX-License-Identifier: GPL-2.0-or-later
/// What Wireshark knows of us: the protocol, its fields and its expert infos, registered row by row from the tables.
#pragma once
#include "compat.hpp"
#include "events.hpp"
#include "fields.hpp"

namespace tcpstate {

/// A row of fields() as it is registered.
struct RegisteredField {
    const Field* row;
    int id;                         ///< Wireshark's
    bool explains;                  ///< only if explanations are wanted
    bool is_title;                  ///< of its subtree
    bool is_named;                  ///< on the command line; only of hindsight
    const header_field_info* info;  ///< where Wireshark notes who else asks for it
};

struct Registry {
    int proto = -1;
    const header_field_info* info = nullptr;  ///< of the protocol: whether anybody asks for it
    int ett = -1;
    int subtrees[static_cast<size_t>(Subtree::Count)]{};  ///< their ett
    RegisteredField* fields = nullptr;
    int field_count = 0;
    int summary = -1;                  ///< index of the field that sums up the events
    expert_field* events = nullptr;    ///< by row of events()
    expert_field* possible = nullptr;  ///< by row too: where it is possible only, if the row has a name for that
    uint32_t loud_events = 0;          ///< bit set of those that the Info column tells: notes and above
};

/// Registers everything. Once, when Wireshark starts: it keeps the address of `registry`.
void register_all(Registry& registry);

/// In the packet details all are open but the connection's, which says the same on every segment. Once, when the first
/// capture is opened: Wireshark cannot remember it before, and afterwards people open and close them as they like.
void open_subtrees(const Registry& registry);

}  // namespace tcpstate
