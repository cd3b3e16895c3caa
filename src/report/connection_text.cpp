// SPDX-License-Identifier: GPL-2.0-or-later
#include "columns.hpp"
#include "names.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

void begin_part(Text& text) {
    if (!text.empty()) text.add_text("; ");
}

void describe_half_open(const ConnectionView& connection, Text& text) {
    const HalfOpen& half_open = connection.row.half_open->verdict.half_open;
    begin_part(text);
    text.add_all("half-open ", name(half_open.kind), ": ", name(half_open.gone), " gone");
    if (half_open.since != 0) text.add_all(" since frame ", half_open.since);
    text.add_text(" (");
    add_rounded(half_open.duration, text);
    text.add_all("), ", half_open.lost_bytes, " bytes lost");
    Value recovered;
    if (column(ColumnId::HalfOpenRecoveredIn).get(connection, recovered))
        text.add_all(", recovered in frame ", recovered.number);
}

void describe_half_close(const ConnectionView& connection, Text& text) {
    const ConnectionRow& row = connection.row;
    begin_part(text);
    text.add_all("half-closed by the ", name(row.half_closed), " for ");
    add_rounded(row.half_close.duration, text);
    text.add_all(", ", row.half_close.bytes, " bytes after the FIN");
    if (connection.connection().half_closed_ended_in() == 0) text.add_text(", never ended");
}

void describe_reset(const NotedSegment& segment, Text& text) {
    const Reset& reset = segment.verdict.reset;
    begin_part(text);
    text.add_all("RST in frame ", segment.frame, " by the ", name(segment.verdict.sender), ": ", name(reset.cause),
                 " (", name(reset.confidence));
    if (reset.effect != ResetEffect::Accepted) text.add_all(", ", name(reset.effect));
    text.add_text(")");
}

}  // namespace

void describe(const ConnectionView& connection, Text& text) {
    const ConnectionRow& row = connection.row;
    if (row.half_open != nullptr) describe_half_open(connection, text);
    if (row.half_closed != MaybeRole::None) describe_half_close(connection, text);
    if (row.embryonic != EmbryonicKind::None) {
        begin_part(text);
        text.add_text(name(row.embryonic));
    }
    if (row.reset != nullptr) describe_reset(*row.reset, text);
}

}  // namespace tcpstate
