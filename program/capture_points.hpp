// SPDX-License-Identifier: GPL-2.0-or-later
/// Several captures, each as one point of a path.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture_point.hpp"
#include "comparison.hpp"
#include "reading.hpp"

namespace tcpstate {

/// Where a capture point is: a file, or one interface of it.
struct Place {
    std::string name, file;
    std::optional<uint64_t> interface;
    bool hides_interfaces = false;
    CaptureFile::Statistics statistics;
};

/// What was read, and how that ended.
struct CapturePoints {
    std::vector<Place> places;         ///< as CapturePoint::number counts them
    std::vector<CapturePoint> points;  ///< fewer than places: nothing can be said
    Ending ending = Ending::Complete;
    bool are_complete() const { return points.size() == places.size(); }
};

/// How to read only what was captured there.
ReadingOptions reading_of(const Place& place, const ReadingOptions& all);

/// Reads each file; of a file with several interfaces each one is a point. Throws std::runtime_error,
/// std::invalid_argument, std::bad_alloc.
CapturePoints read_points(const ReadingOptions& reading);

/// Throws std::invalid_argument where --conn asks for one beyond those `count`.
void require_connection(std::optional<uint32_t> conn, size_t count);

/// Throws std::runtime_error where the points have no connection in common.
void require_common(const Comparison& comparison);

}  // namespace tcpstate
