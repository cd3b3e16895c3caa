// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_rows.hpp"

namespace tcpstate {
namespace {

void keep(std::unique_ptr<NotedSegment>& kept, const Verdict& verdict, Moment when) {
    if (kept == nullptr) kept = std::make_unique<NotedSegment>();
    *kept = {when, verdict};
}

}  // namespace

ConnectionRow& ConnectionRows::row(uint32_t conn) {
    if (conn >= rows_.size()) rows_.grow_to(conn + 1);
    return rows_[conn];
}

void ConnectionRows::note(const Path& path, const Verdict& verdict, Moment when) {
    ConnectionRow& mine = row(verdict.conn);
    mine.latest = verdict;
    note_time(when.time);
    if (!verdict.is_segment) return;
    mine.last = when;
    // Nothing in it is new, and roles are exchanged by what is not plain only.
    if (verdict.plain.value && mine.first.frame != 0) return;
    if (mine.first.frame == 0) mine.first = when;
    bool const by_client = verdict.sender == Role::Client;
    mine.client = by_client ? path.source : path.destination;
    mine.server = by_client ? path.destination : path.source;
    if (verdict.half_open.kind != HalfOpenKind::None) keep(mine.half_open, verdict, when);
    if (verdict.half_closed != MaybeRole::None) {
        mine.half_closed = verdict.half_closed;
        mine.half_close = verdict.half_close;
    }
    if (verdict.embryonic.kind != EmbryonicKind::None) mine.embryonic = verdict.embryonic.kind;
    // Once a RST was accepted, later ones tell no more about the end.
    if (verdict.is_reset() && !mine.was_reset) {
        keep(mine.reset, verdict, when);
        mine.was_reset = verdict.reset.effect == ResetEffect::Accepted;
    }
}

}  // namespace tcpstate
