// SPDX-License-Identifier: GPL-2.0-or-later
#include "segments.hpp"

#include <cinttypes>
#include <cstdio>
#include <stdexcept>

#include "compat.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

constexpr const char* number_column = "frame.number";
constexpr const char* time_column = "frame.time_epoch";
constexpr const char* prefix = "tcpstate.";

/// As this version of tshark prints it.
void add_value(FieldType type, const Value& value, Text& text) {
    switch (type) {
        case FieldType::Bool: text.add("%s", compat::name_of_bool(value.number != 0)); break;
        case FieldType::Int32: text.add("%" PRId64, value.signed_number); break;
        case FieldType::Duration: add_seconds(value.signed_number, text); break;
        case FieldType::String: text.add("%s", value.text.c_str()); break;
        default: text.add("%" PRIu64, value.number);
    }
}

/// Calls `visit(text)` for each value of the column.
template <typename Visit>
void each_value(const SegmentColumn& column, const View& view, Visit&& visit) {
    if (column.is_blank) return;
    Text text;
    if (column.field == nullptr) {
        if (column.name == number_column)
            text.add("%" PRIu32, view.frame);
        else
            add_seconds(view.time, text);
        return visit(text);
    }
    const Field& field = *column.field;
    Value value;
    for (int index = 0; field.get(view, index, value); ++index) {
        text.clear();
        add_value(field.type, value, text);
        visit(text);
        if (!field.repeats) return;
        value.text.clear();
    }
}

void print_tsv(const std::vector<SegmentColumn>& columns, const View& view) {
    std::string line;
    for (size_t i = 0; i < columns.size(); ++i) {
        const char* between = i == 0 ? "" : "\t";
        line += between;
        between = "";
        each_value(columns[i], view, [&](const Text& text) {
            line += between;
            line += text.c_str();
            between = ",";
        });
    }
    std::printf("%s\n", line.c_str());
}

void add_json_value(const SegmentColumn& column, const Text& text, std::string& line) {
    FieldType const type = column.field != nullptr ? column.field->type : FieldType::Uint32;
    if (type == FieldType::String)
        add_json_string(text.c_str(), line);
    else if (type == FieldType::Bool)
        line += std::string(text.c_str()) == compat::name_of_bool(true) ? "true" : "false";
    else
        line += text.c_str();
}

/// Columns without a value are left out; what may have several is a list.
void print_json(const std::vector<SegmentColumn>& columns, const View& view) {
    std::string line;
    for (const SegmentColumn& column : columns) {
        bool const is_list = column.field != nullptr && column.field->repeats;
        std::string values;
        each_value(column, view, [&](const Text& text) {
            if (!values.empty()) values += ",";
            add_json_value(column, text, values);
        });
        if (values.empty()) continue;
        line += (line.empty() ? "{\"" : ",\"") + column.name + "\":" + (is_list ? "[" + values + "]" : values);
    }
    std::printf("%s}\n", line.empty() ? "{" : line.c_str());
}

void print_header(const std::vector<SegmentColumn>& columns) {
    for (size_t i = 0; i < columns.size(); ++i) std::printf("%s%s", i == 0 ? "" : "\t", columns[i].name.c_str());
    std::printf("\n");
}

std::vector<SegmentColumn> all_columns() {
    std::vector<SegmentColumn> columns{{number_column, nullptr}, {time_column, nullptr}};
    for (const Field& field : fields()) columns.push_back({std::string(prefix) + field.name, &field});
    return columns;
}

}  // namespace

SegmentColumn parse_column(const std::string& name) {
    if (name == number_column || name == time_column) return {name, nullptr};
    std::string const rest = name.starts_with(prefix) ? name.substr(std::char_traits<char>::length(prefix)) : name;
    for (const Field& field : fields())
        if (rest == field.name) return {prefix + rest, &field};
    throw std::invalid_argument("-e " + name + ": no such field (docs/filters.md lists them)");
}

void list_fields() {
    for (const SegmentColumn& column : all_columns()) std::printf("%s\n", column.name.c_str());
}

Segments::Segments(Format format, std::vector<SegmentColumn> columns, std::vector<Condition> conditions)
    : format_(format),
      columns_(columns.empty() ? all_columns() : std::move(columns)),
      conditions_(std::move(conditions)) {}

void Segments::begin(const Session& session, bool explain_resets) {
    session_ = &session;
    if (explain_resets) return;
    for (SegmentColumn& column : columns_)
        if (column.field != nullptr && column.field->id == FieldId::RstExplanation) column.is_blank = true;
}

void Segments::note(const Observed& observed, const Tracker&) {
    const Verdict& verdict = observed.verdict;
    const Segment& header = observed.header();
    headers_.push_back({observed.when.time, observed.when.frame, header.length, observed.header_id, header.flags});
    if (verdict.conn >= sockets_.size()) sockets_.resize(size_t{verdict.conn} + 1);
    if (!verdict.is_segment) return;
    bool const by_client = verdict.sender == Role::Client;
    sockets_[verdict.conn] = {by_client ? observed.path.source : observed.path.destination,
                              by_client ? observed.path.destination : observed.path.source};
}

void Segments::finish(const Tracker& tracker) {
    if (format_ == Format::Tsv) print_header(columns_);
    Verdict verdict;
    for (const Header& header : headers_) {
        if (!session_->recall(header.frame, header.id, verdict)) continue;
        Segment segment;  // as far as fields read it
        segment.flags = header.flags;
        segment.length = header.length;
        View const view{verdict, tracker, header.frame, header.time, true, verdict.is_segment ? &segment : nullptr};
        SegmentRow const row{view, sockets_[verdict.conn]};
        bool wanted = true;
        for (const Condition& condition : conditions_) wanted = wanted && condition.holds(row, condition.value);
        if (wanted) (format_ == Format::Tsv ? print_tsv : print_json)(columns_, view);
    }
}

}  // namespace tcpstate
