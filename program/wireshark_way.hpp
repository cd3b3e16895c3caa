// SPDX-License-Identifier: GPL-2.0-or-later
/// Wireshark's own dissectors inside this process, with the plugin's hook before its TCP dissector: for every frame
/// that is not plain. They start with the first such frame.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "libwireshark.hpp"

namespace tcpstate {

class WiresharkWay {
public:
    /// Only one at a time. `preferences` are NAME:VALUE as for tshark's -o.
    WiresharkWay(std::vector<std::string> preferences, Session::Ledger ledger, Libwireshark::Listener listener,
                 void* data);
    ~WiresharkWay();
    WiresharkWay(const WiresharkWay&) = delete;
    WiresharkWay& operator=(const WiresharkWay&) = delete;

    /// Starts the dissectors, unless they run. Throws std::runtime_error.
    void start();
    void dissect(compat::Record& record, uint32_t number, int file_type) {
        start();
        libwireshark_->dissect(record, number, file_type);
    }
    /// Of both ways. Made with what people have set in Wireshark if the dissectors have started by then, else with
    /// what holds by default.
    Session& session();
    bool explain_resets() const { return libwireshark_ == nullptr || libwireshark_->explain_resets(); }

    /// For libwiretap: keys to decrypt with, from inside of a file.
    static void take_secrets(uint32_t type, const void* secrets, unsigned size);
    /// The version of the dissectors. Throws std::runtime_error.
    static std::string version();

private:
    std::vector<std::string> preferences_;
    Session::Ledger ledger_;
    Libwireshark::Listener listener_;
    void* data_;
    std::unique_ptr<Session> own_session_;  // until the dissectors start, which then have it
    Session* session_ = nullptr;
    Libwireshark* libwireshark_ = nullptr;
    static WiresharkWay* only;
};

}  // namespace tcpstate
