// SPDX-License-Identifier: GPL-2.0-or-later
/// The connections of a capture, as the tap shows them: what the table of connections prints, one row each.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "dissection.hpp"
#include "fields.hpp"
#include "tap.hpp"
#include "text.hpp"

namespace tcpstate {

/// Where a verdict can be found again.
struct SegmentRef {
    int64_t time = 0;
    uint32_t frame = 0;  ///< 0: there is none
    uint16_t header_id = 0;
};

/// What the tap saw of one connection.
struct ConnectionRow {
    Socket client, server;
    SegmentRef first, last;
    SegmentRef latest;                             ///< `last`, or an ICMP error about the connection after it
    SegmentRef half_open, half_closed, embryonic;  ///< latest segment while it was so
    SegmentRef reset;                              ///< the RST that ended it, or else the latest
    bool was_reset = false;                        ///< `reset` was accepted
    bool selected = false;
};

class ConnectionRows {
public:
    void note(const Tapped& tapped);
    /// Chooses the connection for the table.
    void select(const Tapped& tapped);
    void clear() { rows_.clear(); }
    const std::vector<ConnectionRow>& all() const { return rows_; }  ///< by index of the connection

private:
    ConnectionRow& row(uint32_t session, uint32_t conn);

    std::vector<ConnectionRow> rows_;
    uint32_t session_ = 0;
};

enum class ColumnType : uint8_t { Number, Text, Seconds };

/// One column of the table. The name is what scripts rely on.
struct Column {
    const char* name;
    ColumnType type;
    const char* help;
    const char* field;                                                        ///< the field whose value it is, or null
    const SegmentRef ConnectionRow::*at;                                      ///< in the verdict on which segment
    bool (*get)(const Session&, const ConnectionRow&, uint32_t conn, Text&);  ///< if it is no field
};

/// As the table writes them: an address without its port; seconds with nine digits behind the point.
void add_address(const Socket& socket, Text& text);
void add_seconds(int64_t nanoseconds, Text& text);

std::span<const Column> columns();
/// Fills the text of one cell; false when it is empty.
bool cell(const Column& column, const Session& session, const ConnectionRow& row, uint32_t conn, Text& text);

}  // namespace tcpstate
