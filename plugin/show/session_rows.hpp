// SPDX-License-Identifier: GPL-2.0-or-later
/// The connections of the open capture, as the tap shows them.
#pragma once
#include <cstdint>

#include "connection_rows.hpp"
#include "tap.hpp"

namespace tcpstate {

class SessionRows {
public:
    void note(const Tapped& tapped) { note(tapped.session, tapped.path, tapped.verdict, {tapped.time, tapped.frame}); }
    void note(uint32_t session, const Path& path, const Verdict& verdict, Moment when) {
        begin(session);
        rows_.note(path, verdict, when);
    }
    /// Of any packet.
    void note_time(int64_t time) { rows_.note_time(time); }
    /// Chooses the connection for the table.
    void select(const Tapped& tapped) {
        begin(tapped.session);
        rows_.select(tapped.verdict.conn);
    }
    void clear() { rows_.clear(); }
    const ConnectionRows& rows() const { return rows_; }

private:
    /// Another file: its connections are counted from 0 again.
    void begin(uint32_t session) {
        if (session != session_) clear();
        session_ = session;
    }

    ConnectionRows rows_;
    uint32_t session_ = 0;
};

}  // namespace tcpstate
