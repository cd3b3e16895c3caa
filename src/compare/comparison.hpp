// SPDX-License-Identifier: GPL-2.0-or-later
/// Several capture points side by side: their order along the path, their clocks, what became of every segment between
/// them, and what that says of each connection.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture_point.hpp"
#include "clocks.hpp"
#include "error_crossings.hpp"
#include "fates.hpp"
#include "tally.hpp"

namespace tcpstate {

/// What there is to say, the most important first. Names are those of the JSON.
enum class FindingKind : uint8_t {
    ResetForged,
    ResetLost,
    ResetSent,
    IcmpBetween,
    IcmpLost,
    IcmpSent,
    PathSilent,
    AnswersLost,
    HostSilent,
    HalfOpen,
    CloseWait,
    FinLost,
    LastAckLost,
    SynLost,
    DataInjected,
    Lost,
    PayloadChanged,
    HeaderChanged,
    AddressRewritten,
    NumbersShifted,
    Duplicated,
    Reordered,
    NotCaptured,
    Count
};
const char* name(FindingKind kind);

/// A sentence, and the frames that show it.
struct Finding {
    FindingKind kind;
    std::string text;
    std::vector<uint32_t> frames_a, frames_b;  ///< of the two points between which it is so
};

/// How many segments had which fate.
struct Counts {
    std::array<uint32_t, static_cast<size_t>(Fate::Count)> of{};  // there are no more frames

    uint32_t& operator[](Fate fate) { return of[static_cast<size_t>(fate)]; }
    uint32_t operator[](Fate fate) const { return of[static_cast<size_t>(fate)]; }
};

/// A connection between two neighbouring points.
struct Passage {
    ConnectionPair pair;
    bool client_at_a = true;         ///< the client is on the side of the first of the two points
    std::array<Counts, 2> counts{};  ///< by Role of the sender, as A names it
    std::vector<ErrorCrossing> errors;
    std::vector<Finding> findings;
};

/// A passage with all its segments, for as long as somebody looks at it.
struct OpenPassage {
    const Passage& passage;
    PairedConnection connection;
    std::vector<Crossing> crossings;
};

/// With an empty connection where one of the two points has not seen it.
PairedConnection connection_of(const CapturePoint& a, const CapturePoint& b, const ConnectionPair& pair);

/// Two points with nothing between them that was captured. A is the nearer to the clients of most connections.
struct Stretch : TwoPoints {
    std::vector<Passage> passages;
    /// When something passed and was lost, by direction (from A first): how things went meanwhile.
    std::array<Tally, 2> passed, lost;

    /// How many of these fates (Passed, Lost) there were from then to then, a few too many at the edges.
    size_t count(Fate fate, bool from_a, int64_t begin, int64_t end) const;
    /// What became of each segment of it. Throws std::bad_alloc.
    OpenPassage open(const Passage& passage) const;
};

/// One connection at all points.
struct ComparedConnection {
    std::vector<uint32_t> at;        ///< by point: its index there, no_index where it was not seen
    std::vector<uint32_t> passages;  ///< by stretch: its index there, no_index
};

class Comparison {
public:
    /// `ordered`: the points are in the order of the path, else it is found. Throws std::bad_alloc.
    Comparison(std::vector<CapturePoint> points, bool ordered);
    Comparison(const Comparison&) = delete;
    Comparison& operator=(const Comparison&) = delete;

    const std::vector<CapturePoint>& points() const { return points_; }   ///< in the order of the path
    const std::vector<Stretch>& stretches() const { return stretches_; }  ///< one less
    const std::vector<ComparedConnection>& connections() const { return connections_; }
    /// What there is to say of the connection between any two neighbours, the most important first, and which stretch
    /// that is. Throws std::bad_alloc.
    std::vector<std::pair<size_t, const Finding*>> findings_of(const ComparedConnection& connection) const;
    /// Whether any connection was seen at two points.
    bool have_common() const;
    /// A time by the clock of point `i`, by that of the first one.
    int64_t to_first(size_t point, int64_t time) const;

private:
    void order();
    void link();

    std::vector<CapturePoint> points_;
    std::vector<Stretch> stretches_;
    std::vector<ComparedConnection> connections_;
};

/// \name Printed
/// @{
struct ComparisonOptions {
    std::optional<uint32_t> conn;  ///< only this one, with its segments
    bool segments = false;         ///< JSON: with the segments of each connection
    bool all = false;              ///< for people: connections of which there is nothing to say, too
};
using WriteText = std::function<void(std::string_view)>;
void print_text(const Comparison& comparison, const ComparisonOptions& options, const WriteText& write);
void print_json(const Comparison& comparison, const ComparisonOptions& options, const WriteText& write);
/// @}

/// What the crossings of a connection say.
std::vector<Finding> find(const Stretch& stretch, const OpenPassage& open, char name_a, char name_b);

}  // namespace tcpstate
