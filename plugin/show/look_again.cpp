// SPDX-License-Identifier: GPL-2.0-or-later
#include "look_again.hpp"

#include <string>

#include "compat.hpp"
#include "display.hpp"
#include "dissection.hpp"

#include <cfile.h>  // the capture_file that plugin_if_get_capture_file() hands out
#include <epan/funnel.h>
#include <epan/plugin_if.h>

namespace tcpstate {
namespace {

/// What Wireshark's window is doing, as far as it matters here.
struct Reading {
    bool is_over = false;
    std::string filter;
};

void* read_state(capture_file* file, void* data) {
    if (file == nullptr) return nullptr;
    auto& reading = *static_cast<Reading*>(data);
    reading.is_over = file->state == FILE_READ_DONE && !file->read_lock;
    if (file->dfilter != nullptr) reading.filter = file->dfilter;
    return data;
}

/// Frames that were answered before a half-open connection of theirs was discovered.
bool was_answered_too_early(const Tracker& tracker, uint32_t asked_until) {
    for (uint32_t conn = 0; conn < tracker.size(); ++conn) {
        const ColdState& cold = tracker.connection(conn).cold();
        if (cold.discovered_in > asked_until && cold.gone_since <= asked_until) return true;
    }
    return false;
}

bool is_outdated() {
    const HindsightReaders& readers = dissection().hindsight_readers;
    const Session* const open = session();
    if (open == nullptr || open->tracker() == nullptr) return false;
    if (readers.missed != nullptr) return true;
    bool const early = readers.asked_until != 0 && readers.asked_until < open->newest_frame();
    return early && was_answered_too_early(*open->tracker(), readers.asked_until);
}

tap_packet_status note(void*, packet_info*, epan_dissect_t*, const void*, tap_flags_t) {
    const HindsightReaders& readers = dissection().hindsight_readers;
    return readers.missed != nullptr || readers.asked_until != 0 ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

void draw(void* data);

void listen(LookAgain::Listener& listener) {
    GString* const error =
        register_tap_listener("frame", &listener, nullptr, TL_REQUIRES_NOTHING, nullptr, note, draw, nullptr);
    if (error != nullptr) g_string_free(error, TRUE);
}

/// Wireshark calls it every few seconds while there is something new. While it reads, nothing can be done yet, and when
/// it stops a capture there is nothing new: a listener that has just been registered is called all the same.
void draw(void* data) try {
    LookAgain& look = display().look_again;
    if (!is_outdated()) return;
    Reading reading;
    if (plugin_if_get_capture_file(read_state, &reading) != nullptr && reading.is_over) return look_again();
    LookAgain::Listener& other = look.listeners[data == look.listeners.data() ? 1 : 0];
    remove_tap_listener(&other);
    listen(other);
} catch (...) {
    ws_warning("out of memory: the list is not brought up to date");
}

}  // namespace

void look_again() try {
    Reading reading;
    if (plugin_if_get_capture_file(read_state, &reading) == nullptr || !reading.is_over) return;
    HindsightReaders& readers = dissection().hindsight_readers;
    readers.missed = nullptr;
    if (const Session* const open = session()) readers.asked_until = open->newest_frame();
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    ops->set_filter(ops->ops_id, reading.filter.c_str());
    ops->apply_filter(ops->ops_id);  // plugin_if_apply_filter() does nothing with the same filter
} catch (...) {
    ws_warning("out of memory: the list is not brought up to date");
}

void watch_reading() {
    LookAgain& look = display().look_again;
    if (look.watches || !has_window()) return;
    look.watches = true;
    for (LookAgain::Listener& each : look.listeners) listen(each);
}

}  // namespace tcpstate
