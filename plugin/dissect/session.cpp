// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.hpp"

#include <algorithm>

#include "compat.hpp"
#include "options.hpp"

namespace tcpstate {
namespace {

Session* current = nullptr;
uint32_t sessions = 0;

uint64_t key(uint32_t frame, uint16_t spot) { return static_cast<uint64_t>(frame) << 16 | spot; }

/// For the headers of a frame that has more of them than the store has places. They are nobody's traffic.
constexpr uint16_t nowhere = 256;

}  // namespace

Session* session() { return current; }

void open_session() try {
    close_session();
    current = new Session(core_preferences(), tcp_checks_checksum(), ++sessions);
} catch (...) {
    ws_warning("out of memory: this capture is not followed");
}

void close_session() {
    delete current;
    current = nullptr;
}

uint16_t Session::moved_place(uint32_t frame, uint16_t spot) const {
    auto const found = moved_.find(key(frame, spot));
    return found != moved_.end() ? found->second : usual_place(spot);
}

bool Session::met_another(uint16_t spot) {
    uint32_t const frame = newest_frame_;
    if (spots_.empty()) {
        spots_.push_back(first_spot_);
        taken_.reset();
        taken_.set(usual_place(first_spot_));
    }
    if (std::find(spots_.begin(), spots_.end(), spot) != spots_.end()) return true;
    if (taken_.all()) return !moved_.emplace(key(frame, spot), nowhere).second;
    uint8_t free = usual_place(spot);
    while (taken_.test(free)) ++free;
    if (free != usual_place(spot)) moved_[key(frame, spot)] = free;
    taken_.set(free);
    last_spot_[frame] = spot;
    spots_.push_back(spot);
    return false;
}

const Verdict* Session::observe(const Path& path, const Segment& segment, uint16_t spot) {
    uint16_t const where = place(segment.frame, spot);
    if (broken_in_ != 0 || where == nowhere) return nullptr;
    tracker_.observe(path, segment, verdict_);
    store_.store(segment.frame, static_cast<uint8_t>(where), verdict_);
    return &verdict_;
}

const Verdict* Session::observe(const IcmpError& error, uint16_t spot) {
    uint16_t const where = place(error.frame, spot);
    if (broken_in_ != 0 || where == nowhere || !tracker_.observe(error, verdict_)) return nullptr;
    store_.store(error.frame, static_cast<uint8_t>(where), verdict_);
    return &verdict_;
}

bool Session::stop_following(uint32_t frame) {
    if (broken_in_ != 0) return false;
    broken_in_ = frame;
    return true;
}

const Verdict* Session::recall(uint32_t frame, uint16_t spot) {
    return recall(frame, spot, verdict_) ? &verdict_ : nullptr;
}

bool Session::recall(uint32_t frame, uint16_t spot, Verdict& verdict) const {
    uint16_t const where = place(frame, spot);
    return where != nowhere && !is_lost(frame) && store_.load(frame, static_cast<uint8_t>(where), verdict);
}

bool Session::innermost(uint32_t frame, Verdict& verdict) const {
    auto const last = last_spot_.find(frame);
    if (last != last_spot_.end() && recall(frame, last->second, verdict)) return true;
    bool found = false;
    each(frame, [&](const Verdict& any) {
        verdict = any;
        found = true;
    });
    return found;
}

}  // namespace tcpstate
