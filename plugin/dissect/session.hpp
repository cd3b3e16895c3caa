// SPDX-License-Identifier: GPL-2.0-or-later
/// What lives as long as one capture file is open: all its connections and the verdict on each of its segments.
#pragma once
#include <bitset>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "preferences.hpp"
#include "store.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

class Session {
public:
    Session(const Preferences& preferences, bool checks_checksum, uint32_t serial)
        : checks_checksum_(checks_checksum), serial_(serial), tracker_(preferences) {}

    /// Announces a TCP header on the first pass; `spot` is where it stands, the same in every pass. True when it was
    /// met before: a dissector that tries and gives up lets a header be dissected twice, and it was still sent once.
    bool met(uint32_t frame, uint16_t spot) {
        if (frame == newest_frame_) return met_another(spot);
        newest_frame_ = frame;  // nearly always: its usual place is free, and nothing else need be known yet
        first_spot_ = spot;
        spots_.clear();
        return false;
    }
    /// \name The verdict on a header, or null when it got none. It lasts until the next call of one of these.
    /// @{
    /// Takes in the segment or the ICMP error whose header was just announced.
    [[gnu::noinline, gnu::hot]] const Verdict* observe(const Path& path, const Segment& segment, uint16_t spot);
    const Verdict* observe(const IcmpError& error, uint16_t spot);
    /// As it was at first.
    const Verdict* recall(uint32_t frame, uint16_t spot);
    /// @}
    /// The same into a place of one's own. False when there was none.
    bool recall(uint32_t frame, uint16_t spot, Verdict& verdict) const;

    /// \name For whoever knows a frame and not its headers
    /// @{
    /// Calls `visit(verdict)` for each header of the frame that got a verdict, in no order.
    template <typename Visit>
    void each(uint32_t frame, Visit&& visit) const;
    /// The verdict on the innermost header of the frame: the one whose addresses Wireshark shows. False if none.
    bool innermost(uint32_t frame, Verdict& verdict) const;
    uint32_t newest_frame() const { return newest_frame_; }
    /// @}

    const Tracker& tracker() const { return tracker_; }
    /// Memory ran out in this frame: from it on there are no verdicts, and those before it stay. True the first time.
    bool stop_following(uint32_t frame);
    /// Tells the sessions of one run of Wireshark apart.
    uint32_t serial() const { return serial_; }
    bool checks_checksum() const { return checks_checksum_; }

private:
    bool met_another(uint16_t spot);
    bool is_lost(uint32_t frame) const { return broken_in_ != 0 && frame >= broken_in_; }
    /// Where the store keeps the verdict on the header at `spot`, unless another header of the frame is there already.
    static uint8_t usual_place(uint16_t spot) { return static_cast<uint8_t>(spot ^ spot >> 8); }
    uint16_t place(uint32_t frame, uint16_t spot) const {
        return moved_.empty() ? usual_place(spot) : moved_place(frame, spot);
    }
    uint16_t moved_place(uint32_t frame, uint16_t spot) const;

    // What every segment needs comes first and lies together: see docs/performance.md.
    uint32_t newest_frame_ = 0;
    uint16_t first_spot_ = 0;  // of newest_frame_
    bool checks_checksum_;
    uint32_t serial_;
    uint32_t broken_in_ = 0;  // frame in which an exception left the core in the middle of something, 0 if none did
    std::vector<uint16_t> spots_;                   // of the headers of newest_frame_, from the second one on
    std::unordered_map<uint64_t, uint16_t> moved_;  // by frame and spot: places that are not the usual one
    Tracker tracker_;
    VerdictStore store_;
    Verdict verdict_;                                   // the latest
    std::bitset<256> taken_;                            // places in the store of the headers of newest_frame_
    std::unordered_map<uint32_t, uint16_t> last_spot_;  // of frames with several headers
};

template <typename Visit>
void Session::each(uint32_t frame, Visit&& visit) const {
    if (is_lost(frame)) return;
    // Frames look alike, so the place of the one before is tried first.
    static uint8_t likely = 0;
    bool const several = last_spot_.contains(frame);
    Verdict verdict;
    uint8_t const first = likely;
    for (unsigned i = 0; i < 256; ++i) {
        auto const place = static_cast<uint8_t>(first + i);
        if (!store_.load(frame, place, verdict)) continue;
        likely = place;
        visit(static_cast<const Verdict&>(verdict));
        if (!several) return;
    }
}

/// The session of the open file, or null.
Session* session();
/// Begins a session, ends it. Wireshark calls them around each file and each redissection.
void open_session();
void close_session();

}  // namespace tcpstate
