// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.hpp"

#include <algorithm>

#include "compat.hpp"

namespace tcpstate {
namespace {

uint64_t key(uint32_t frame, uint16_t header_id) { return static_cast<uint64_t>(frame) << 16 | header_id; }

/// For the headers of a frame that has more of them than the store has slots. No real traffic has so many.
constexpr uint16_t no_slot = 256;

}  // namespace

uint16_t Session::moved_slot(uint32_t frame, uint16_t header_id) const {
    auto const found = moved_slots_.find(key(frame, header_id));
    return found != moved_slots_.end() ? found->second : usual_slot(header_id);
}

bool Session::add_further_header(uint16_t header_id) {
    uint32_t const frame = newest_frame_;
    if (headers_.empty()) {
        if (ledger_ == Ledger::None) moved_slots_.clear();  // of frames that nobody asks about again
        headers_.push_back(first_header_);
        taken_slots_.reset();
        taken_slots_.set(usual_slot(first_header_));
    }
    if (std::find(headers_.begin(), headers_.end(), header_id) != headers_.end()) return false;
    if (taken_slots_.all()) return moved_slots_.emplace(key(frame, header_id), no_slot).second;
    uint8_t free = usual_slot(header_id);
    while (taken_slots_.test(free)) ++free;
    if (free != usual_slot(header_id)) moved_slots_[key(frame, header_id)] = free;
    taken_slots_.set(free);
    if (ledger_ == Ledger::Kept) innermost_header_[frame] = header_id;
    headers_.push_back(header_id);
    return true;
}

const Verdict* Session::observe(const Path& path, const Segment& segment, uint16_t header_id) {
    uint16_t const where = slot(segment.frame, header_id);
    if (ended_in_ != 0 || where == no_slot) return nullptr;
    const Verdict& verdict = tracker_.observe(path, segment);
    if (verdict.known) return keep(segment.frame, static_cast<uint8_t>(where), verdict);
    if (!full_)
        ws_warning("frame %u begins more connections than can be counted: it and later ones are not followed",
                   segment.frame);
    full_ = true;
    return nullptr;
}

const Verdict* Session::observe(const IcmpError& error, uint16_t header_id) {
    uint16_t const where = slot(error.frame, header_id);
    if (ended_in_ != 0 || where == no_slot) return nullptr;
    const Verdict* const verdict = tracker_.observe(error);
    return verdict != nullptr ? keep(error.frame, static_cast<uint8_t>(where), *verdict) : nullptr;
}

const Verdict* Session::keep(uint32_t frame, uint8_t where, const Verdict& verdict) {
    if (ledger_ == Ledger::None || store_.store(frame, where, verdict)) return &verdict;
    ws_warning("frame %u: there is no room for more verdicts, no connection is followed from here on", frame);
    ended_in_ = frame;
    return nullptr;
}

void Session::give_up(uint32_t frame) {
    broken_ = true;
    if (ended_in_ != 0) return;
    ws_warning("out of memory in frame %u: no connection is followed from here on", frame);
    ended_in_ = frame;
}

const Verdict* Session::recall(uint32_t frame, uint16_t header_id) {
    return recall(frame, header_id, verdict_) ? &verdict_ : nullptr;
}

bool Session::recall(uint32_t frame, uint16_t header_id, Verdict& verdict) const {
    uint16_t const where = slot(frame, header_id);
    return where != no_slot && !is_lost(frame) && store_.load(frame, static_cast<uint8_t>(where), verdict);
}

bool Session::innermost(uint32_t frame, Verdict& verdict) const {
    auto const last = innermost_header_.find(frame);
    if (last != innermost_header_.end() && recall(frame, last->second, verdict)) return true;
    bool found = false;
    each(frame, [&](const Verdict& any) {
        verdict = any;
        found = true;
    });
    return found;
}

}  // namespace tcpstate
