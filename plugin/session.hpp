// SPDX-License-Identifier: GPL-2.0-or-later
/// What lives as long as one capture file is open: all its connections and the verdict on each of its segments.
#pragma once
#include <cstdint>

#include "ledger.hpp"
#include "preferences.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

class Session {
public:
    Session(const Preferences& preferences, bool checks_checksum)
        : tracker_(preferences), checks_checksum_(checks_checksum) {}

    /// Takes in a segment or an ICMP error that is dissected for the first time, and fills its verdict. False when it
    /// got none. `place` tells the headers of one frame apart.
    bool observe(const Path& path, const Segment& segment, uint16_t place, Verdict& verdict);
    bool observe(const IcmpError& error, uint16_t place, Verdict& verdict);
    /// The verdict as it was at first. False when there was none.
    bool recall(uint32_t frame, uint16_t place, Verdict& verdict) const { return ledger_.load(frame, place, verdict); }

    const Tracker& tracker() const { return tracker_; }
    bool checks_checksum() const { return checks_checksum_; }

private:
    bool known(uint32_t frame, uint16_t place, Verdict& verdict);

    Tracker tracker_;
    Ledger ledger_;
    uint32_t newest_frame_ = 0;
    bool checks_checksum_;
    bool broken_ = false;   ///< an exception left the core in the middle of something
};

/// The session of the open file, or null.
Session* session();
/// Begins a session, ends it. Wireshark calls them around each file and each redissection.
void open_session();
void close_session();

}  // namespace tcpstate
