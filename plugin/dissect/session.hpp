// SPDX-License-Identifier: GPL-2.0-or-later
/// What lives as long as one capture file is open: all its connections and the verdict on each of its segments.
#pragma once
#include <bitset>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "compiler.hpp"
#include "fields.hpp"
#include "preferences.hpp"
#include "store.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

class Session {
public:
    /// Whether the verdicts are kept: who does not ask for them again does not pay for them.
    enum class Ledger : bool { Kept, None };

    Session(const Preferences& preferences, bool checks_checksum, uint32_t serial, Ledger ledger = Ledger::Kept)
        : checks_checksum_(checks_checksum), ledger_(ledger), serial_(serial), tracker_(preferences) {}

    /// Notes a TCP header on the first pass; `header_id` tells it from others in its frame and is the same in every
    /// pass. False when it was noted before: a dissector that tries and gives up lets a header be dissected twice.
    bool add_header(uint32_t frame, uint16_t header_id) {
        if (frame == newest_frame_) return add_further_header(header_id);
        newest_frame_ = frame;  // nearly always: its usual slot is free, and nothing else need be known yet
        first_header_ = header_id;
        headers_.clear();
        return true;
    }
    /// \name The verdict on a header, or null when it got none. It lasts until the next call of one of these.
    /// @{
    /// Takes in the segment or the ICMP error whose header was just added.
    TCPSTATE_NOINLINE TCPSTATE_HOT const Verdict* observe(const Path& path, const Segment& segment, uint16_t header_id);
    const Verdict* observe(const IcmpError& error, uint16_t header_id);
    /// As `observe` gave it.
    const Verdict* recall(uint32_t frame, uint16_t header_id);
    /// @}
    /// The same, as a copy. False when there was none.
    bool recall(uint32_t frame, uint16_t header_id, Verdict& verdict) const;

    /// \name By frame, for callers that know no headers
    /// @{
    /// Calls `visit(verdict)` for each header of the frame that got a verdict, in no order.
    template <typename Visit>
    void each(uint32_t frame, Visit&& visit) const;
    /// The verdict on the innermost header of the frame: the one whose addresses Wireshark shows. False if none.
    bool innermost(uint32_t frame, Verdict& verdict) const;
    uint32_t newest_frame() const { return newest_frame_; }
    /// @}

    /// For fields and texts. `visited`: the frame was dissected before, so that what later frames teach is known.
    View view(const Verdict& verdict, uint32_t frame, int64_t time, bool visited) const {
        return {verdict, tracker_, frame, time, visited && !broken_};
    }
    /// See Tracker. Only where no verdicts are kept.
    void forget(int64_t before, const std::function<void(uint32_t)>& visit) {
        if (!broken_) tracker_.forget(before, visit);
    }
    /// Null when memory ran out: a tracker that threw must not be asked any more.
    const Tracker* tracker() const { return broken_ ? nullptr : &tracker_; }
    /// For texts, which ask it nothing after memory ran out: they are told that it has not seen the whole capture.
    const Tracker& tracker_as_it_is() const { return tracker_; }
    /// Memory ran out in this frame: from it on there are no verdicts. Those before it stay.
    void give_up(uint32_t frame);
    /// No header gets a verdict.
    void follow_nothing() { ended_in_ = 1; }
    /// Tells the sessions of one run of Wireshark apart.
    uint32_t serial() const { return serial_; }
    bool checks_checksum() const { return checks_checksum_; }

private:
    bool add_further_header(uint16_t header_id);
    const Verdict* keep(uint32_t frame, uint8_t where, const Verdict& verdict);
    bool is_lost(uint32_t frame) const { return ended_in_ != 0 && frame >= ended_in_; }
    /// The slot of the store in which a verdict is kept, unless another header of the frame has it already.
    static uint8_t usual_slot(uint16_t header_id) { return static_cast<uint8_t>(header_id ^ header_id >> 8); }
    uint16_t slot(uint32_t frame, uint16_t header_id) const {
        return moved_slots_.empty() ? usual_slot(header_id) : moved_slot(frame, header_id);
    }
    uint16_t moved_slot(uint32_t frame, uint16_t header_id) const;

    // What every segment needs comes first and lies together: see docs/performance.md.
    uint32_t newest_frame_ = 0;
    uint16_t first_header_ = 0;  // of newest_frame_
    bool checks_checksum_;
    Ledger ledger_;
    uint32_t serial_;
    uint32_t ended_in_ = 0;                               // the first frame that is not followed, 0 if all are
    std::vector<uint16_t> headers_;                       // of the headers of newest_frame_, from the second one on
    std::unordered_map<uint64_t, uint16_t> moved_slots_;  // by frame and header: where it is not the usual one
    Tracker tracker_;
    VerdictStore store_;
    Verdict verdict_;                  // the latest
    bool broken_ = false;              // an exception left the core in the middle of something
    mutable uint8_t likely_slot_ = 0;  // frames look alike, so `each` tries the slot of the previous one first
    bool full_ = false;                // no further connection can be counted
    std::bitset<256> taken_slots_;     // by the headers of newest_frame_
    std::unordered_map<uint32_t, uint16_t> innermost_header_;  // of frames with several headers
};

template <typename Visit>
void Session::each(uint32_t frame, Visit&& visit) const {
    if (is_lost(frame)) return;
    bool const several = innermost_header_.contains(frame);
    Verdict verdict;
    uint8_t const first = likely_slot_;
    for (unsigned i = 0; i < 256; ++i) {
        auto const slot = static_cast<uint8_t>(first + i);
        if (!store_.load(frame, slot, verdict)) continue;
        likely_slot_ = slot;
        visit(static_cast<const Verdict&>(verdict));
        if (!several) return;
    }
}

}  // namespace tcpstate
