// SPDX-License-Identifier: GPL-2.0-or-later
#include "wireshark_way.hpp"

#include <stdexcept>

#include <epan/secrets.h>
#include <wsutil/report_message.h>

namespace tcpstate {
namespace {

Dissection the_dissection;

void register_protocol() try { register_dissection(); } catch (...) {
    ws_error("out of memory");
}
void hand_off() try { hand_off_dissection(); } catch (...) {
    ws_error("out of memory");
}

/// What dissectors complain about is no matter here: tshark does not stop for it either.
void complain(const char* format, va_list arguments) {
    std::fputs("tcpstate: ", stderr);
    std::vfprintf(stderr, format, arguments);
    std::fputc('\n', stderr);
}

tap_packet_status listen(void* data, packet_info*, epan_dissect_t*, const void* tapped, tap_flags_t) {
    auto const& [listener, its_data] = *static_cast<std::pair<WiresharkWay::Listener, void*>*>(data);
    listener(its_data, *static_cast<const Tapped*>(tapped));
    return TAP_PACKET_DONT_REDRAW;
}

}  // namespace

Dissection& dissection() { return the_dissection; }

WiresharkWay* WiresharkWay::only = nullptr;

WiresharkWay::WiresharkWay(std::vector<std::string> preferences, Listener listener, void* data)
    : preferences_(std::move(preferences)), target_(listener, data) {
    only = this;
}

WiresharkWay::~WiresharkWay() { only = nullptr; }

void WiresharkWay::start() {
    if (session_ != nullptr) return;
    static report_message_routines routines{};
    routines.vreport_failure = routines.vreport_warning = complain;
    init_report_message("tcpstate", &routines);
    static const proto_plugin plugin{.register_protoinfo = register_protocol, .register_handoff = hand_off};
    proto_register_plugin(&plugin);
    // Wireshark's folder of plugins may hold ours, which cannot be there twice.
    if (!epan_init(nullptr, nullptr, false)) throw std::runtime_error("Wireshark's dissectors do not start");
    epan_load_settings();
    set_preferences();
    prefs_apply_all();
    static const packet_provider_funcs provider{};
    session_ = epan_new(nullptr, &provider);
    dissection_ = epan_dissect_new(session_, false, false);
    GString* const error = register_tap_listener("tcpstate", &target_, nullptr, TL_REQUIRES_ERROR_PACKETS, nullptr,
                                                 listen, nullptr, nullptr);
    if (error != nullptr) throw std::runtime_error(error->str);
}

void WiresharkWay::set_preferences() {
    for (const std::string& preference : preferences_) {
        std::string text = preference;  // which is taken apart
        char* details = nullptr;
        if (prefs_set_pref(text.data(), &details) == PREFS_SET_OK) continue;
        throw std::invalid_argument("-o " + preference + ": " +
                                    (details != nullptr ? details : "no such preference or value"));
    }
}

void WiresharkWay::dissect(compat::Record& record, uint32_t number, int file_type) {
    start();
    frame_data frame;
    frame_data_init(&frame, number, &record.rec(), 0, 0);
    nstime_t elapsed{};
    const frame_data* reference = nullptr;
    frame_data_set_before_dissect(&frame, &elapsed, &reference, nullptr);
    record.dissect(dissection_, file_type, &frame);
    epan_dissect_reset(dissection_);
    frame_data_destroy(&frame);
}

void WiresharkWay::take_secrets(uint32_t type, const void* secrets, unsigned size) try {
    if (only == nullptr) return;
    only->start();
    secrets_wtap_callback(type, secrets, size);
} catch (const std::exception& error) {
    ws_warning("the keys in the file are not used: %s", error.what());
}

}  // namespace tcpstate
