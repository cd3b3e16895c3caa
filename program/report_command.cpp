// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "capture_points.hpp"
#include "comparison.hpp"
#include "far_side.hpp"
#include "output_file.hpp"
#include "sentences.hpp"

namespace tcpstate {
namespace {

/// Gathers what the page is made from.
class Gathering : public Command {
public:
    void begin(const Session& session, bool) override { session_ = &session; }
    void note(const Observed& observed, const Tracker& tracker) override {
        const Verdict& verdict = observed.verdict;
        rows_.note(observed.path, verdict, observed.when);
        log_.note(verdict.conn, observed.when.frame, observed.header_id, observed.when.time, observed.header());
        if (verdict.has(Event::CaptureRemark)) note_remark(observed, tracker);
    }
    void note_time(int64_t time) override {
        if (packets_++ == 0) first_ = last_ = time;
        first_ = std::min(first_, time);
        last_ = std::max(last_, time);
        rows_.note_time(time);
    }
    void finish(const Tracker& tracker) override { tracker_ = &tracker; }

    PageSource source() const {
        return {*tracker_,
                rows_,
                log_,
                [this](uint32_t frame, uint16_t header, Verdict& verdict) {
                    return session_->recall(frame, header, verdict);
                },
                packets_,
                first_,
                last_,
                remarks_};
    }

private:
    /// Of each kind the first.
    void note_remark(const Observed& observed, const Tracker& tracker) {
        auto const kind = static_cast<size_t>(observed.verdict.annotations.remark);
        if (std::exchange(told_[kind], true)) return;
        Text text;
        describe_remark({observed.verdict, tracker, observed.when.frame, observed.when.time, false}, text);
        remarks_.emplace_back(text.view());
    }

    const Session* session_ = nullptr;
    const Tracker* tracker_ = nullptr;
    ConnectionRows rows_;
    SegmentLog log_;
    uint64_t packets_ = 0;
    int64_t first_ = 0, last_ = 0;
    std::array<bool, static_cast<size_t>(Remark::Count)> told_{};
    std::vector<std::string> remarks_;
};

/// Writes the page of one capture, which is read for that.
Ending write(const ReadingOptions& reading, const PageOptions& options, const FarSide* far, OutputFile& output) {
    Gathering gathering;
    Reading read(reading, Session::Ledger::Kept, gathering);
    Ending const ending = read.run();
    PageSource source = gathering.source();
    source.far = far;
    if (ending == Ending::BadFiles && source.packets == 0) return ending;
    require_connection(options.conn, source.tracker.size());
    write_page(source, options, [&output](std::string_view piece) { output.write(piece); });
    output.complete();
    return ending;
}

/// The first point of the path is read once more when it is known which one that is.
Ending write_points(const ReadingOptions& reading, const ReportOptions& options, OutputFile& output) {
    CapturePoints read = read_points(reading);
    if (!read.are_complete()) return read.ending;
    Comparison const comparison(std::move(read.points), options.ordered);
    require_common(comparison);
    PageOptions page = options.page;
    for (const CapturePoint& point : comparison.points()) page.points.push_back(point.name());
    FarSide const far(comparison);
    const Place& first = read.places[comparison.points().front().number()];
    Ending const ending = write(reading_of(first, reading), page, &far, output);
    return ending == Ending::Complete ? read.ending : ending;
}

}  // namespace

Ending report(const ReadingOptions& reading, const ReportOptions& options) {
    OutputFile output(options.output);
    if (reading.files.size() > 1) return write_points(reading, options, output);
    PageOptions page = options.page;
    page.points = {std::filesystem::path(reading.files.front()).filename()};
    return write(reading, page, nullptr, output);
}

}  // namespace tcpstate
