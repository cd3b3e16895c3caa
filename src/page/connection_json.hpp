// SPDX-License-Identifier: GPL-2.0-or-later
/// One connection as data of a page: a column for each number of a segment, and what else its segments say.
#pragma once
#include <array>
#include <utility>
#include <vector>

#include "far_side.hpp"
#include "field_places.hpp"
#include "json.hpp"
#include "numbers_seen.hpp"
#include "page_source.hpp"
#include "questions.hpp"

namespace tcpstate {

/// What a segment is to the eye, as bits.
namespace mark {
inline constexpr uint8_t Repeated = 1, Copy = 2, Probe = 4, Challenge = 8, Reset = 16, Silent = 32, HalfClosed = 64,
                         BehindGap = 128;
}

class ConnectionJson {
public:
    /// `asks`: with the questions about each connection.
    ConnectionJson(const PageSource& source, bool asks);

    /// Adds the object of the connection. Throws std::bad_alloc.
    void write(uint32_t conn, Json& json);

private:
    /// A segment, as the columns have it. Numbers are relative to the first of their endpoint.
    struct Step {
        const LoggedSegment* segment;
        uint32_t latest_frame = 0;  ///< its frame, or that of the one before where it has none
        const Travelled* travelled = nullptr;
        uint32_t seq = 0, ack = 0;
        Role sender = Role::Client;
        bool has_header = true;
        uint8_t marks = 0;
        uint32_t pair = 0;
    };
    struct Interval {
        uint32_t since = 0, until = no_index;  ///< segments
        Role who = Role::Client;
        HalfOpenKind kind = HalfOpenKind::None;
        Discovery by = Discovery::None;
        uint32_t recovered_in = 0;  ///< frame, 0: never
    };
    /// What an endpoint was last seen to offer.
    struct Window {
        bool known = false;
        Seq ack;
        uint16_t size = 0;
        uint8_t scale = no_scale;
    };

    void clear();
    void take(const LoggedSegment& segment, const Verdict& verdict);
    void take_unseen(const UnseenSegment& unseen);
    void take_all(uint32_t conn);
    void take_numbers(const LoggedSegment& segment, Role sender, Step& step);
    void take_half_open(const View& view, uint32_t at);
    void take_half_closed(const View& view, uint32_t at);
    void take_reset(const View& view, const LoggedSegment& segment, uint32_t at);
    void take_fields(const View& view, uint32_t at);
    void mark_silence();
    void write_line(const Reset& reset, const LoggedSegment& segment, Role sender);
    static void write_fields_of_all(const View& view, Json& json);
    uint32_t pair_of(const Snapshot& snapshot);
    /// The segment with that frame, or the first one behind it; no_index: none.
    uint32_t index_of(uint32_t frame) const;
    void write_columns(Json& json) const;
    void write_travels(Json& json) const;

    const PageSource& source_;
    bool asks_;
    bool several_ = false;  // connections in the capture
    Questions questions_;
    std::vector<Step> steps_;
    std::vector<std::array<uint8_t, 4>> pairs_;
    std::array<NumbersSeen, 2> numbers_;  // by Role
    std::array<Window, 2> windows_;
    std::vector<Interval> half_open_;
    std::vector<Interval> half_closed_;
    FieldRuns runs_;
    Json more_, resets_;
    Verdict latest_;
    uint32_t missing_ = 0;  // bytes before the latest segment
};

}  // namespace tcpstate
