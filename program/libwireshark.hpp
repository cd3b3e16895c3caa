// SPDX-License-Identifier: GPL-2.0-or-later
/// What the program asks of libtcpstate-wireshark.so, which holds everything that needs Wireshark's dissectors. It is
/// loaded when they are wanted: they take 75 MB, and most captures can do without.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "session.hpp"
#include "tap.hpp"
#include "wiretap.hpp"

namespace tcpstate {

class Libwireshark {
public:
    /// Told about each header that the plugin's hook has seen, after its frame.
    using Listener = void (*)(void* data, const Tapped& tapped);

    virtual ~Libwireshark() = default;
    /// With what people have set in Wireshark. Throws std::bad_alloc.
    virtual std::unique_ptr<Session> make_session(Session::Ledger ledger) const = 0;
    /// The session that the hook feeds from now on.
    virtual void follow(std::unique_ptr<Session> session) = 0;
    /// Whether people want resets explained.
    virtual bool explain_resets() const = 0;
    /// Dissects a record; what is found goes to the listener.
    virtual void dissect(compat::Record& record, uint32_t number, int file_type) = 0;
    /// Keys to decrypt with, from inside of a file.
    virtual void take_secrets(uint32_t type, const void* secrets, unsigned size) = 0;

    /// \name What is looked up by name
    /// @{
    static constexpr const char* library = "libtcpstate-wireshark.so";
    static constexpr const char* start_name = "tcpstate_start_libwireshark";
    static constexpr const char* version_name = "tcpstate_wireshark_version";
    /// Starts them, or lets them begin anew with another capture. `preferences`, which count only the first time, are
    /// NAME:VALUE as for tshark's -o. They end with the process. Throws std::runtime_error, std::invalid_argument,
    /// std::bad_alloc.
    using Start = Libwireshark*(const std::vector<std::string>& preferences, Listener listener, void* data);
    using Version = const char*();
    /// @}
};

}  // namespace tcpstate
