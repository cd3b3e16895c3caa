// SPDX-License-Identifier: GPL-2.0-or-later
/// What the RSTs of several connections tell of one host: a restart, a scan, codes in place of windows.
#pragma once
#include <cstdint>
#include <vector>

#include "resets.hpp"

namespace tcpstate {

/// Of bounded size: where two hosts fall into one place the later one counts, and the other's evidence is lost.
class HostWatch {
public:
    /// Adds to the facts what other connections say. Throws std::bad_alloc.
    void look(const Path& path, const Segment& segment, ResetFacts& facts);
    /// The host puts codes in place of windows: several of its RSTs did. Throws std::bad_alloc.
    bool uses_codes(const Address& address) {
        const Host& of = host(address);
        return of.codes >= codes_of_netscaler && of.several_codes;
    }

private:
    /// A window that is a code of NetScaler's may be chance; several, with different codes, are not.
    static constexpr uint8_t codes_of_netscaler = 3;

    struct Host {
        Address address;
        Address gone;            ///< the latest host that seemed gone to this one (with met_gone)
        int64_t gone_time = 0;   ///< when
        int64_t crash_time = 0;  ///< of the latest RST that showed that it is gone
        int64_t scan_time = 0;   ///< of the latest naked ACK of its own that met a RST
        uint16_t scanned_port = 0;
        uint16_t code = 0;                          ///< its latest window that is a code of NetScaler's
        uint8_t crashes = 0, scans = 0, codes = 0;  ///< each stops at its largest value
        bool several_codes = false;
        bool met_gone = false;
    };
    Host& host(const Address& address);

    std::vector<Host> hosts_;
};

}  // namespace tcpstate
