// SPDX-License-Identifier: GPL-2.0-or-later
/// Wireshark's headers in the order they need, and the only conditionals on its version: 4.0, 4.4 and 4.6 are tested.
/// With 4.2 the plugin was compiled and not run. 4.7, in development, is taken for 4.6, and nothing of it was tried.
#pragma once
#define WS_LOG_DOMAIN "tcpstate"
#include <wireshark.h>

#include <ws_version.h>

#include <epan/packet.h>

#include <epan/conversation_filter.h>
#include <epan/expert.h>
#include <epan/ipproto.h>
#if __has_include(<epan/ipv6.h>)
#include <epan/ipv6.h>  // 4.0: packet-ip.h below needs it and does not say so; later versions have it inside packet-ipv6.h
#endif
#include <epan/prefs-int.h>  // prefs_get_bool_value() is exported, and declared only here
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/tap.h>
#include <epan/tfs.h>
#include <epan/to_str.h>

// These two forgot to say that they are C.
extern "C" {
#include <epan/in_cksum.h>

#include <epan/dissectors/packet-ip.h>
}

#define TCPSTATE_WIRESHARK(major, minor) \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

namespace tcpstate::compat {

/// What a boolean preference is stored in.
#if TCPSTATE_WIRESHARK(4, 4)
using Bool = bool;
#else
using Bool = gboolean;
#endif

/// How tshark -T fields prints a boolean.
constexpr const char* name_of_bool(bool value) {
#if TCPSTATE_WIRESHARK(4, 4)
    return value ? "True" : "False";
#else
    return value ? "1" : "0";
#endif
}

/// What the callback returns that begins a table of -z: whether it could, if anything.
#if TCPSTATE_WIRESHARK(4, 6)
using InitResult = bool;
#else
using InitResult = void;
#endif

/// Registers an entry of the menus "Conversation Filter".
template <Bool (*is_valid)(packet_info*), char* (*filter)(packet_info*)>
void register_conversation_filter(const char* proto, const char* label) {
#if TCPSTATE_WIRESHARK(4, 2)
    ::register_conversation_filter(
        proto, label, [](packet_info* pinfo, void*) { return is_valid(pinfo); },
        [](packet_info* pinfo, void*) { return filter(pinfo); }, nullptr);
#else
    ::register_conversation_filter(proto, label, is_valid, filter);
#endif
}

/// What `epan_t` stands for. No header says so: tools/in-tree compares it with the source of each version.
struct EpanSession {
    packet_provider_data* provider;
    packet_provider_funcs functions;
};

/// The time of a frame that Wireshark has kept so far, or null. As epan_get_frame_ts(), which is not exported.
inline const nstime_t* time_of_frame(const packet_info* pinfo, uint32_t frame) {
    const auto* const session = reinterpret_cast<const EpanSession*>(pinfo->epan);
    if (session == nullptr || session->functions.get_frame_ts == nullptr) return nullptr;
    return session->functions.get_frame_ts(session->provider, frame);
}

}  // namespace tcpstate::compat
