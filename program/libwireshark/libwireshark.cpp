// SPDX-License-Identifier: GPL-2.0-or-later
/// libtcpstate-wireshark.so: libwireshark as the program uses it, with the plugin's hook.
#include "libwireshark.hpp"

#include <stdexcept>
#include <utility>

#include "dissection.hpp"

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
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

using Target = std::pair<Libwireshark::Listener, void*>;

tap_packet_status listen(void* data, packet_info*, epan_dissect_t*, const void* tapped, tap_flags_t) {
    auto const& [listener, its_data] = *static_cast<Target*>(data);
    listener(its_data, *static_cast<const Tapped*>(tapped));
    return TAP_PACKET_DONT_REDRAW;
}

void set_preference(const std::string& preference) {
    std::string text = preference;  // which is taken apart
    char* details = nullptr;
    if (prefs_set_pref(text.data(), &details) == PREFS_SET_OK) return;
    throw std::invalid_argument("-o " + preference + ": " +
                                (details != nullptr ? details : "no such preference or value"));
}

class RunningLibwireshark : public Libwireshark {
public:
    explicit RunningLibwireshark(const std::vector<std::string>& preferences) {
        static report_message_routines routines{};
        routines.vreport_failure = routines.vreport_warning = complain;
        init_report_message("tcpstate", &routines);
        static const proto_plugin plugin{.register_protoinfo = register_protocol, .register_handoff = hand_off};
        proto_register_plugin(&plugin);
        if (!compat::start_dissectors()) throw std::runtime_error("Wireshark's dissectors do not start");
        epan_load_settings();
        for (const std::string& preference : preferences) set_preference(preference);
        prefs_apply_all();
        GString* const error = register_tap_listener("tcpstate", &target_, nullptr, TL_REQUIRES_ERROR_PACKETS, nullptr,
                                                     listen, nullptr, nullptr);
        if (error != nullptr) throw std::runtime_error(error->str);
    }
    /// What was dissected before is forgotten: frames are counted anew.
    void begin(Target target) {
        target_ = target;
        if (dissection_ != nullptr) epan_dissect_free(dissection_);
        if (epan_ != nullptr) epan_free(epan_);
        static const packet_provider_funcs provider{};
        epan_ = epan_new(nullptr, &provider);
        dissection_ = epan_dissect_new(epan_, false, false);
    }

    std::unique_ptr<Session> make_session(Session::Ledger ledger) const override {
        auto session = new_session(ledger);
        if (!is_enabled()) session->follow_nothing();
        return session;
    }
    void follow(std::unique_ptr<Session> session) override { dissection().sessions.shown = std::move(session); }
    bool explain_resets() const override { return dissection().options.explanations; }

    void dissect(compat::Record& record, uint32_t number, int file_type) override {
        frame_data frame;
        frame_data_init(&frame, number, &record.rec(), 0, 0);
        nstime_t elapsed{};
        const frame_data* reference = nullptr;
        frame_data_set_before_dissect(&frame, &elapsed, &reference, nullptr);
        record.dissect(dissection_, file_type, &frame);
        epan_dissect_reset(dissection_);
        frame_data_destroy(&frame);
    }
    void take_secrets(uint32_t type, const void* secrets, unsigned size) override {
        secrets_wtap_callback(type, secrets, size);
    }

private:
    Target target_{};
    epan_t* epan_ = nullptr;
    epan_dissect_t* dissection_ = nullptr;
};

}  // namespace

Dissection& dissection() { return the_dissection; }

}  // namespace tcpstate

extern "C" {

extern WS_DLL_PUBLIC_DEF tcpstate::Libwireshark::Start tcpstate_start_libwireshark;
extern WS_DLL_PUBLIC_DEF tcpstate::Libwireshark::Version tcpstate_wireshark_version;

tcpstate::Libwireshark* tcpstate_start_libwireshark(const std::vector<std::string>& preferences,
                                                    tcpstate::Libwireshark::Listener listener, void* data) {
    static auto* const running = new tcpstate::RunningLibwireshark(preferences);
    running->begin({listener, data});
    return running;
}

const char* tcpstate_wireshark_version() { return epan_get_version(); }
}
