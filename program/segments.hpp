// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate segments: a row per TCP header with the plugin's fields, hindsight included, as tshark -2 -T fields prints.
#pragma once
#include <string>
#include <vector>

#include "command.hpp"
#include "fields.hpp"
#include "timeline_text.hpp"

namespace tcpstate {

/// A header that was seen.
struct SegmentRow {
    const View& view;
    const Sockets& sockets;
};

/// What rows a user wants: each test must hold.
struct Condition {
    bool (*holds)(const SegmentRow& row, const std::string& value);
    std::string value;
};
/// Reads KEY=VALUE. Throws std::invalid_argument.
Condition parse_condition(const std::string& text);
/// The keys, for help.
std::string condition_keys();

/// A column: a field of the plugin, or what every frame has.
struct SegmentColumn {
    std::string name;       ///< as tshark calls it
    const Field* field;     ///< null: the number or the time of the frame
    bool is_blank = false;  ///< nobody wants it filled in
};
/// Reads a name, with or without "tcpstate.". Throws std::invalid_argument.
SegmentColumn parse_column(const std::string& name);
/// Prints those that there are.
void list_fields();

class Segments : public Command {
public:
    enum class Format : bool { Tsv, Json };

    /// No columns: number, time and all fields.
    Segments(Format format, std::vector<SegmentColumn> columns, std::vector<Condition> conditions);
    void begin(const Session& session, bool explain_resets) override;
    void note(const Observed& observed, const Tracker&) override;
    void finish(const Tracker& tracker) override;

private:
    struct Header {
        int64_t time;
        uint32_t frame;
        uint32_t length;
        uint16_t id;
        uint8_t flags;
    };

    Format format_;
    std::vector<SegmentColumn> columns_;
    std::vector<Condition> conditions_;
    const Session* session_ = nullptr;
    std::vector<Header> headers_;
    std::vector<Sockets> sockets_;  // by connection
};

}  // namespace tcpstate
