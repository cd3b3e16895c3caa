// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare_command.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace tcpstate {
namespace {

/// Fills one capture point.
class Point : public Command {
public:
    explicit Point(std::string name) : point_(std::move(name)) {}
    void note(const Observed& observed, const Tracker&) override {
        if (observed.segment != nullptr)
            point_.note(observed.path, *observed.segment, observed.payload, observed.verdict);
    }
    void note_time(int64_t time) override { point_.note_time(time); }
    void finish(const Tracker& tracker) override { point_.finish(tracker); }
    CapturePoint& point() { return point_; }

private:
    CapturePoint point_;
};

/// Where a capture point is: a file, or one interface of it.
struct Place {
    std::string name, file;
    std::optional<uint64_t> interface;
    bool hides_interfaces;
    CaptureFile::Statistics statistics;
};

/// Files in the order of the command line, and of each the interfaces.
std::vector<Place> places_of(const std::vector<std::string>& files) {
    std::vector<Place> places;
    for (const std::string& file : files) {
        if (file == "-") throw std::invalid_argument("compare reads files, and standard input is none");
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

Ending compare(const ReadingOptions& reading, const CompareOptions& options) {
    std::vector<Place> const places = places_of(reading.files);
    std::vector<CapturePoint> points;
    Ending ending = Ending::Complete;
    for (const Place& place : places) {
        ReadingOptions of_point = reading;
        of_point.files = {place.file};
        of_point.interface = place.interface;
        Point point(place.name);
        Ending const its = Reading(of_point, Session::Ledger::None, point).run();
        if (its == Ending::Interrupted) return its;
        if (its == Ending::BadFiles && point.point().connections().empty()) return its;
        if (its != Ending::Complete) ending = its;
        const CaptureFile::Statistics& statistics = place.statistics;
        point.point().note_drops(statistics.dropped);
        if (statistics.end != 0) point.point().note_limits(statistics.begin, statistics.end);
        points.push_back(std::move(point.point()));
    }
    if (points.size() < 2)
        throw std::runtime_error(
            places.front().hides_interfaces
                ? "the first cooked format of Linux does not tell the interfaces of `any` apart: capture in the second "
                  "(tcpdump -i any -y LINUX_SLL2, or dumpcap with the same options)"
                : "only one capture point: give two files, or one with several interfaces");
    Comparison const comparison(std::move(points), options.ordered);
    if (!comparison.have_common())
        throw std::runtime_error(
            "the captures have no connection in common: neither addresses, initial sequence numbers nor contents "
            "agree");
    if (options.printed.conn && *options.printed.conn >= comparison.connections().size())
        throw std::invalid_argument("--conn " + std::to_string(*options.printed.conn) + ": there are only " +
                                    std::to_string(comparison.connections().size()) + " connections, from 0");
    std::string const text =
        options.json ? print_json(comparison, options.printed) : print_text(comparison, options.printed);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return ending;
}

}  // namespace tcpstate
