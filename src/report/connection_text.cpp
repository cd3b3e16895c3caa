// SPDX-License-Identifier: GPL-2.0-or-later
#include <cinttypes>

#include "columns.hpp"
#include "names.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

void begin_part(Text& text) {
    if (!text.empty()) text.add("; ");
}

void describe_half_open(const ConnectionView& connection, Text& text) {
    const HalfOpen& half_open = connection.row.half_open->verdict.half_open;
    begin_part(text);
    text.add("half-open %s: %s gone", name(half_open.kind), name(half_open.gone));
    if (half_open.since != 0) text.add(" since frame %" PRIu32, half_open.since);
    text.add(" (");
    add_rounded(half_open.duration, text);
    text.add("), %" PRIu64 " bytes lost", half_open.lost_bytes);
    Value recovered;
    if (column(ColumnId::HalfOpenRecoveredIn).get(connection, recovered))
        text.add(", recovered in frame %" PRIu64, recovered.number);
}

void describe_half_close(const ConnectionView& connection, Text& text) {
    const ConnectionRow& row = connection.row;
    begin_part(text);
    text.add("half-closed by the %s for ", name(row.half_closed));
    add_rounded(row.half_close.duration, text);
    text.add(", %" PRIu64 " bytes after the FIN", row.half_close.bytes);
    if (connection.connection().half_closed_ended_in() == 0) text.add(", never ended");
}

void describe_reset(const NotedSegment& segment, Text& text) {
    const Reset& reset = segment.verdict.reset;
    begin_part(text);
    text.add("RST in frame %" PRIu32 " by the %s: %s (%s", segment.frame, name(segment.verdict.sender),
             name(reset.cause), name(reset.confidence));
    if (reset.effect != ResetEffect::Accepted) text.add(", %s", name(reset.effect));
    text.add(")");
}

}  // namespace

void describe(const ConnectionView& connection, Text& text) {
    const ConnectionRow& row = connection.row;
    if (row.half_open != nullptr) describe_half_open(connection, text);
    if (row.half_closed != MaybeRole::None) describe_half_close(connection, text);
    if (row.embryonic != EmbryonicKind::None) {
        begin_part(text);
        text.add("%s", name(row.embryonic));
    }
    if (row.reset != nullptr) describe_reset(*row.reset, text);
}

}  // namespace tcpstate
