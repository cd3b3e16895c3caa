// SPDX-License-Identifier: GPL-2.0-or-later
/// What people have set in Wireshark, as far as it can change what the plain way would find. Wireshark itself need not
/// be started for this look.
#pragma once
#include <string>
#include <vector>

namespace tcpstate {

struct Settings {
    bool are_ours = false;  ///< of tcpstate: Wireshark has to read them
    std::string odd;        ///< because of this every frame goes the Wireshark way; "" if none does
};

/// Looks at the personal and the global files, and at `preferences` (NAME:VALUE, as for tshark's -o).
Settings read_settings(const std::vector<std::string>& preferences);

/// What one line of a file or one option NAME:VALUE means. Apart, for tests.
void look_at_preference(const std::string& line, Settings& settings);

}  // namespace tcpstate
