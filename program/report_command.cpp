// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <utility>

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
        return {*tracker_, rows_, log_,
                [this](uint32_t frame, uint16_t header, Verdict& verdict) {
                    return session_->recall(frame, header, verdict);
                },
                packets_, first_, last_, remarks_};
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

}  // namespace

Ending report(const ReadingOptions& reading, const ReportOptions& options) {
    OutputFile output(options.output);
    Gathering gathering;
    Reading read(reading, Session::Ledger::Kept, gathering);
    Ending const ending = read.run();
    PageSource const source = gathering.source();
    if (ending == Ending::BadFiles && source.packets == 0) return ending;
    PageOptions page = options.page;
    if (page.conn && *page.conn >= source.tracker.size())
        throw std::invalid_argument("--conn " + std::to_string(*page.conn) + ": there are only " +
                                    std::to_string(source.tracker.size()) + " connections, from 0");
    page.version = TCPSTATE_VERSION;
    for (const std::string& file : reading.files) page.points.push_back(std::filesystem::path(file).filename());
    write_page(source, page, [&output](std::string_view piece) { output.write(piece); });
    output.complete();
    return ending;
}

}  // namespace tcpstate
