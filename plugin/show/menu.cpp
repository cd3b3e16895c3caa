// SPDX-License-Identifier: GPL-2.0-or-later
#include "menu.hpp"

#include <optional>
#include <set>
#include <string>

#include "compat.hpp"
#include "dissection.hpp"
#include "look_again.hpp"
#include "names.hpp"
#include "page.hpp"
#include "reader.hpp"
#include "timeline.hpp"

#include <cfile.h>  // the capture_file that plugin_if_get_capture_file() hands out
#include <epan/epan_dissect.h>
#include <epan/frame_data_sequence.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>

namespace tcpstate {
namespace {

constexpr const char* about =
    "TCP State " TCPSTATE_VERSION "\n"
    "for Wireshark " G_STRINGIFY(WIRESHARK_VERSION_MAJOR) "." G_STRINGIFY(WIRESHARK_VERSION_MINOR) "\n"
    "\n"
    "Infers the state of both ends of every TCP connection, half-open and half-closed\n"
    "connections, and the cause of every RST.\n"
    "\n"
    "Each segment has a tree \"TCP State\"; its fields begin with tcpstate.\n"
    "Statistics > TCP State                       how connections ended\n"
    "Statistics > TCP State: connections          one row per connection\n"
    "Statistics > Flow Graph, type TCP State      states and events as a ladder\n"
    "Edit > Preferences > Protocols > TCP State   thresholds\n"
    "\n"
    "License: GPL-2.0-or-later\n";

/// An entry that sets a display filter.
struct Shortcut {
    const char* label;
    const char* filter;
};

constexpr Shortcut shortcuts[] = {
    {"Half-open connections", "tcpstate.half_open || tcpstate.half_open.discovered_in"},
    {"Half-closed connections/All", "tcpstate.half_closed"},
    {"Half-closed connections/With data after the FIN", "tcpstate.half_closed.bytes > 0"},
    {"Half-closed connections/Never ended (CLOSE-WAIT leak)", "tcpstate.half_closed.ended_by == \"capture-end\""},
    {"Unfinished handshakes", "tcpstate.embryonic"},
    {"Resets by cause/All", "tcpstate.rst.cause"},
};

void show(const char* title, const char* text) {
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    if (ops == nullptr || ops->new_text_window == nullptr || ops->set_text == nullptr) return;
    funnel_text_window_t* const window = ops->new_text_window(ops->ops_id, title);
    if (window != nullptr) ops->set_text(window, text);
}

void apply_filter(void* filter) { plugin_if_apply_filter(static_cast<const char*>(filter), TRUE); }

void show_about(void*) { show("About TCP State", about); }  // nothing here can throw

Socket socket_of(const address& from, uint32_t port) {
    Socket to;
    if ((from.type != AT_IPv4 || from.len != 4) && (from.type != AT_IPv6 || from.len != 16)) return to;
    to.address.length = static_cast<uint8_t>(from.len);
    std::memcpy(to.address.bytes.data(), from.data, to.address.length);
    to.port = static_cast<uint16_t>(port);
    return to;
}

/// The two sockets, as far as the dissection of the selected frame tells them.
Sockets sockets_of(const packet_info& pinfo, const Verdict& verdict) {
    if (pinfo.ptype != PT_TCP || !verdict.is_segment) return {};
    Socket const source = socket_of(pinfo.src, pinfo.srcport), destination = socket_of(pinfo.dst, pinfo.destport);
    return verdict.sender == Role::Client ? Sockets{source, destination} : Sockets{destination, source};
}

std::vector<TimelineEntry> entries_of(const Session& open, uint32_t conn, frame_data_sequence* frames) {
    std::vector<TimelineEntry> entries;
    for (uint64_t number = 1; number <= open.newest_frame(); ++number) {
        auto const frame = static_cast<uint32_t>(number);
        open.each(frame, [&](const Verdict& verdict) {
            if (verdict.conn != conn) return;
            const frame_data* const known = frame_data_sequence_find(frames, frame);
            entries.push_back({known == nullptr ? 0 : nanoseconds(known->abs_ts), frame, verdict});
        });
    }
    return entries;
}

/// Fills the timeline of the selected connection with what the session knows: no flags and numbers.
void* begin_timeline(capture_file* file, void* data) try {
    const Session* const open = session();
    Verdict verdict;
    if (open == nullptr || file == nullptr || file->current_frame == nullptr || file->edt == nullptr ||
        !open->innermost(file->current_frame->num, verdict))
        return nullptr;
    auto& timeline = *static_cast<Timeline*>(data);
    timeline = {verdict.conn, sockets_of(file->edt->pi, verdict),
                entries_of(*open, verdict.conn, file->provider.frames)};
    return data;
} catch (...) {
    ws_warning("out of memory: no timeline");
    return nullptr;
}

void show_timeline(void*) try {
    Timeline timeline;
    if (plugin_if_get_capture_file(begin_timeline, &timeline) == nullptr)
        return show("TCP State: timeline", "Select a TCP segment first.\n");
    Timeline with_numbers{timeline.conn, {}, {}};
    gather(with_numbers);
    if (with_numbers.entries.size() >= timeline.entries.size()) timeline = std::move(with_numbers);
    const Session* const open = session();
    if (open == nullptr) return;
    std::string const title = "TCP State: timeline of connection " + std::to_string(timeline.conn);
    show(title.c_str(), print(timeline, open->tracker_as_it_is(), open->tracker() != nullptr).c_str());
} catch (...) {
    ws_warning("out of memory: no timeline");
}

/// What a page is made of.
struct Selected {
    PageOf page;               ///< its connection is that of the selected frame
    bool is_filtered = false;  ///< by a read filter: the file holds more, and its connections have other numbers
};

void* find_selected(capture_file* file, void* data) try {
    if (file == nullptr || file->filename == nullptr) return nullptr;
    auto& selected = *static_cast<Selected*>(data);
    selected.page.capture = file->filename;
    selected.is_filtered = file->rfcode != nullptr;
    Verdict verdict;
    const Session* const open = session();
    if (open != nullptr && file->current_frame != nullptr && open->innermost(file->current_frame->num, verdict))
        selected.page.conn = verdict.conn;
    return data;
} catch (...) {
    ws_warning("out of memory: no report");
    return nullptr;
}

void show_page(bool of_this_connection) try {
    auto const tell = [](const std::string& text) { show("TCP State: report", text.c_str()); };
    Selected selected;
    if (plugin_if_get_capture_file(find_selected, &selected) == nullptr) return tell("Open a capture first.\n");
    if (selected.is_filtered) return tell("The file was opened with a read filter: save what is loaded first.\n");
    if (of_this_connection && !selected.page.conn) return tell("Select a TCP segment first.\n");
    if (!of_this_connection) selected.page.conn.reset();
    open_page(selected.page, tell);
} catch (...) {
    ws_warning("out of memory: no report");
}

/// Writes indices as a set of a display filter: {0..3, 7}.
std::string set_of(const std::set<uint32_t>& indices) {
    std::string text = "{";
    for (auto it = indices.begin(); it != indices.end();) {
        uint32_t const first = *it;
        uint32_t last = first;
        while (++it != indices.end() && *it == last + 1) ++last;
        if (text.size() > 1) text += ", ";
        text += std::to_string(first);
        if (last == first) continue;
        text += "..";
        text += std::to_string(last);
    }
    text += "}";
    return text;
}

/// Collects the connections of the packets that the display filter lets pass.
void* displayed_connections(capture_file* file, void* data) try {
    const Session* const open = session();
    if (open == nullptr || file == nullptr || file->provider.frames == nullptr) return nullptr;
    for (uint64_t number = 1; number <= open->newest_frame(); ++number) {
        auto const frame = static_cast<uint32_t>(number);
        const frame_data* const known = frame_data_sequence_find(file->provider.frames, frame);
        if (known == nullptr || known->passed_dfilter == 0) continue;
        open->each(frame,
                   [&](const Verdict& verdict) { static_cast<std::set<uint32_t>*>(data)->insert(verdict.conn); });
    }
    return data;
} catch (...) {
    ws_warning("out of memory: no filter for whole connections");
    return nullptr;
}

void show_whole_connections(void*) try {
    std::set<uint32_t> connections;
    if (plugin_if_get_capture_file(displayed_connections, &connections) == nullptr || connections.empty())
        return show("TCP State: whole connections", "No TCP segment is displayed.\n");
    plugin_if_apply_filter(("tcpstate.conn in " + set_of(connections)).c_str(), TRUE);
} catch (...) {
    ws_warning("out of memory: no filter for whole connections");
}

/// Wireshark keeps `data` for good.
void add(const std::string& label, funnel_menu_callback callback, const std::string& data = {}) {
    funnel_register_menu(("TCP State/" + label).c_str(), REGISTER_TOOLS_GROUP_UNSORTED, callback,
                         g_strdup(data.c_str()), nullptr, FALSE);
}

}  // namespace

void register_menu() try {
    for (auto const& [label, filter] : shortcuts) add(label, apply_filter, filter);
    for (unsigned i = 0; i < static_cast<unsigned>(Cause::Count); ++i) {
        std::string const cause = name(static_cast<Cause>(i));
        add("Resets by cause/" + cause, apply_filter, "tcpstate.rst.cause == \"" + cause + "\"");
    }
    add("Timeline of this connection", show_timeline);
    add("Report of this connection", [](void*) { show_page(true); });
    add("Report of all connections", [](void*) { show_page(false); });
    register_shutdown_routine(give_up_pages);
    add("Look again at all packets", [](void*) { look_again(); });
    add("Whole connections of what is displayed", show_whole_connections);
    add("About", show_about);
} catch (...) {
    ws_warning("out of memory: no menu");
}

}  // namespace tcpstate
