// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.hpp"

#include "compat.hpp"
#include "options.hpp"

namespace tcpstate {
namespace {

Session* current = nullptr;

}  // namespace

Session* session() { return current; }

void open_session() {
    close_session();
    try {
        current = new Session(core_preferences(), tcp_checks_checksum());
    } catch (...) {
        ws_warning("tcpstate: out of memory, this capture is not followed");
    }
}

void close_session() {
    delete current;
    current = nullptr;
}

bool Session::known(uint32_t frame, uint16_t place, Verdict& verdict) {
    // A dissector that tries and gives up lets the same header be dissected twice. It was still sent only once.
    if (frame == newest_frame_) return ledger_.load(frame, place, verdict);
    newest_frame_ = frame;
    return false;
}

bool Session::observe(const Path& path, const Segment& segment, uint16_t place, Verdict& verdict) {
    if (broken_) return false;
    if (known(segment.frame, place, verdict)) return true;
    broken_ = true;
    tracker_.observe(path, segment, verdict);
    ledger_.store(segment.frame, place, verdict);
    broken_ = false;
    return true;
}

bool Session::observe(const IcmpError& error, uint16_t place, Verdict& verdict) {
    if (broken_) return false;
    if (known(error.frame, place, verdict)) return true;
    broken_ = true;
    bool const meant_something = tracker_.observe(error, verdict);
    if (meant_something) ledger_.store(error.frame, place, verdict);
    broken_ = false;
    return meant_something;
}

}  // namespace tcpstate
