// SPDX-License-Identifier: GPL-2.0-or-later
/// Where the value of a field stands in the data of a page. What has no row in the table of exceptions stands with its
/// segment.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fields.hpp"
#include "json.hpp"

namespace tcpstate {

enum class FieldPlace : uint8_t {
    Segment,     ///< with each segment that has it
    Run,         ///< once for all segments in a row that have the same value
    Connection,  ///< once: it is the same on every segment
    Column,      ///< in a column of its own, or it follows from those
    Moves,       ///< in the list of changes of state
    Gap,         ///< nowhere while it is the time since the segment before, else with the segment
};
FieldPlace place_of(FieldId id);
/// All fields of that place.
std::span<const FieldId> fields_at(FieldPlace place);

/// A value as JSON.
void add_field_value(const Field& field, const Value& value, Json& json);

/// Values that stay the same for several segments in a row.
class FieldRuns {
public:
    void begin();
    /// The fields of segment number `index`.
    void note(uint32_t index, const View& view);
    /// As [field, first segment, last segment, value].
    void write(uint32_t segments, Json& json);

private:
    struct Run {
        std::string value;  // as JSON; "" where there is none
        uint32_t since = 0;
    };
    void close(size_t run, uint32_t end);

    std::vector<Run> open_;  // by place in the list of such fields
    Json closed_, value_;
    Snapshot latest_{};  // what they were read from last
    bool latest_was_plain_ = false;
};

}  // namespace tcpstate
