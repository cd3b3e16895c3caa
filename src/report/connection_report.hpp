// SPDX-License-Identifier: GPL-2.0-or-later
/// The table of connections as text: for people, and in the formats that programs read.
#pragma once
#include <cstdio>

#include "columns.hpp"

namespace tcpstate {

enum class TableFormat : uint8_t { People, Tsv, Csv, Json };

struct TableOptions {
    TableFormat format = TableFormat::People;
    bool selected_only = false;  ///< only the connections that were selected
    bool header = true;          ///< names of columns first, where the format has them
};

/// Prints a line for each connection of which a segment was noted. `tracker` gave the verdicts; null: nothing is known.
void print_connections(const ConnectionRows& rows, const Tracker* tracker, const TableOptions& options, std::FILE* to);

/// Prints the line of one connection, after the header if it is wanted. Not for people, whose columns are as wide as
/// their widest cell.
void print_connection(const ConnectionView& connection, const TableOptions& options, std::FILE* to);

/// Prints the columns, one a line: name, type and meaning, separated by tabs, after `before`.
void print_columns(const char* before, std::FILE* to);

}  // namespace tcpstate
