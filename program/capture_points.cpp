// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_points.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace tcpstate {
namespace {

/// Fills one capture point.
class Point : public Command {
public:
    Point(std::string name, size_t number) : point_(std::move(name), number) {}
    void note(const Observed& observed, const Tracker&) override {
        if (observed.segment != nullptr)
            point_.note(observed.path, *observed.segment, observed.payload, observed.verdict);
        else if (observed.error != nullptr)
            point_.note(*observed.error, observed.verdict);
    }
    void note_time(int64_t time) override { point_.note_time(time); }
    void finish(const Tracker& tracker) override { point_.finish(tracker); }
    CapturePoint& point() { return point_; }

private:
    CapturePoint point_;
};

/// Files in the order of the command line, and of each the interfaces.
std::vector<Place> places_of(const std::vector<std::string>& files) {
    std::vector<Place> places;
    for (const std::string& file : files) {
        if (file == "-") throw std::invalid_argument("capture points are files, and standard input is none");
        std::string const name = std::filesystem::path(file).filename();
        CaptureFile capture(file);
        std::vector<uint64_t> interfaces;
        bool hides = false;
        while (capture.next()) {
            uint64_t const interface = capture.interface();
            hides = hides || capture.hides_interface();
            if (std::find(interfaces.begin(), interfaces.end(), interface) == interfaces.end())
                interfaces.push_back(interface);
        }
        std::sort(interfaces.begin(), interfaces.end());
        if (interfaces.size() <= 1) {
            uint64_t const only = interfaces.empty() ? 0 : interfaces.front();
            places.push_back({name, file, {}, hides, capture.statistics(only)});
            continue;
        }
        for (uint64_t const interface : interfaces)
            places.push_back({name + ", interface " + capture.interface_name(interface), file, interface, hides,
                              capture.statistics(interface)});
    }
    return places;
}

}  // namespace

ReadingOptions reading_of(const Place& place, const ReadingOptions& all) {
    ReadingOptions of_point = all;
    of_point.files = {place.file};
    of_point.interface = place.interface;
    return of_point;
}

CapturePoints read_points(const ReadingOptions& reading) {
    CapturePoints read{places_of(reading.files), {}, Ending::Complete};
    for (const Place& place : read.places) {
        Point point(place.name, read.points.size());
        ReadingOptions const of_point = reading_of(place, reading);
        Ending const its = Reading(of_point, Session::Ledger::None, point).run();
        if (its != Ending::Complete) read.ending = its;
        if (its == Ending::Interrupted || (its == Ending::BadFiles && point.point().connections().empty())) return read;
        const CaptureFile::Statistics& statistics = place.statistics;
        point.point().note_drops(statistics.dropped);
        if (statistics.end != 0) point.point().note_limits(statistics.begin, statistics.end);
        read.points.push_back(std::move(point.point()));
    }
    if (read.points.size() < 2)
        throw std::runtime_error(
            read.places.front().hides_interfaces
                ? "the first cooked format of Linux does not tell the interfaces of `any` apart: capture in the second "
                  "(tcpdump -i any -y LINUX_SLL2, or dumpcap with the same options)"
                : "only one capture point: give two files, or one with several interfaces");
    return read;
}

void require_connection(std::optional<uint32_t> conn, size_t count) {
    if (conn && *conn >= count)
        throw std::invalid_argument("--conn " + std::to_string(*conn) + ": there are only " + std::to_string(count) +
                                    " connections, from 0");
}

void require_common(const Comparison& comparison) {
    if (!comparison.have_common())
        throw std::runtime_error(
            "the captures have no connection in common: neither addresses, initial sequence numbers nor contents "
            "agree");
}

}  // namespace tcpstate
