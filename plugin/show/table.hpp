// SPDX-License-Identifier: GPL-2.0-or-later
/// Statistics > TCP State: connections, a table that can be sorted. Also tshark -z tcpstate,table.
#pragma once
#include <cstdint>
#include <vector>

#include "session_rows.hpp"

#include <epan/stat_tap_ui.h>

namespace tcpstate {

/// The rows of the table. Wireshark has one for all windows that show it.
struct WindowRows {
    SessionRows noted;
    std::vector<uint32_t> row_of;                     ///< by connection: 1 + its row, 0 if it has none
    std::vector<stat_tap_table_item_type*> old_rows;  ///< rows that an older window may still look at
};

void register_table();

}  // namespace tcpstate
