// SPDX-License-Identifier: GPL-2.0-or-later
/// Wireshark's own dissectors inside this process, with the plugin's hook before its TCP dissector: for every frame
/// that is not plain. They start with the first such frame.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dissection.hpp"
#include "tap.hpp"
#include "wiretap.hpp"

namespace tcpstate {

class WiresharkWay {
public:
    /// Told about each header that the hook has seen, after its frame.
    using Listener = void (*)(void* data, const Tapped& tapped);

    /// Only one at a time. `preferences` are NAME:VALUE as for tshark's -o.
    WiresharkWay(std::vector<std::string> preferences, Listener listener, void* data);
    ~WiresharkWay();
    WiresharkWay(const WiresharkWay&) = delete;
    WiresharkWay& operator=(const WiresharkWay&) = delete;

    /// Starts the dissectors, unless they run. Throws std::runtime_error.
    void start();
    /// Dissects a record; what is found goes to the listener.
    void dissect(compat::Record& record, uint32_t number, int file_type);

    /// For libwiretap: keys to decrypt with, from inside of a file.
    static void take_secrets(uint32_t type, const void* secrets, unsigned size);

private:
    void set_preferences();

    std::vector<std::string> preferences_;
    std::pair<Listener, void*> target_;
    epan_t* session_ = nullptr;
    epan_dissect_t* dissection_ = nullptr;
    static WiresharkWay* only;
};

}  // namespace tcpstate
