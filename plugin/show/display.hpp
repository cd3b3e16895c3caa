// SPDX-License-Identifier: GPL-2.0-or-later
/// Everything in this folder that changes while Wireshark runs and that Wireshark does not hand to the callbacks.
#pragma once
#include <array>
#include <map>
#include <memory>

#include "frames.hpp"
#include "page.hpp"
#include "statistics.hpp"
#include "table.hpp"

namespace tcpstate {

/// See look_again.hpp. One `data` can listen to one tap.
struct LookAgain {
    struct Listener {};
    bool watches = false;
    std::array<Listener, 2> listeners;
};

struct Display {
    WindowRows window_rows;
    std::map<const stats_tree*, TreeCounts> tree_counts;  ///< a statistics tree has no room for data of its owner
    LookAgain look_again;
    std::unique_ptr<FrameIndex> frame_index;  ///< null: nobody asked for -z tcpstate,frames
    PagesInWork pages;
};

/// The only one: a part of the object in plugin.cpp.
Display& display();

}  // namespace tcpstate
