// SPDX-License-Identifier: GPL-2.0-or-later
#include "reading.hpp"

#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>
#include <stdexcept>

#include "link_layer.hpp"
#include "nanoseconds.hpp"
#include "printing.hpp"
#include "progress.hpp"

namespace tcpstate {
namespace {

volatile std::sig_atomic_t interrupted = 0;

using Report = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Null without a name.
Report open_report(const std::string& path) {
    Report report(path.empty() ? nullptr : std::fopen(path.c_str(), "w"), std::fclose);
    if (report != nullptr)
        std::fputs("file\tpackets\tstart\tend\tproblem\tdescription\n", report.get());
    else if (!path.empty())
        throw std::runtime_error(path + ": " + std::strerror(errno));
    return report;
}

}  // namespace

void interrupt() { interrupted = 1; }

Reading::Reading(const ReadingOptions& options, Session::Ledger ledger, Command& command)
    : options_(options),
      command_(command),
      settings_(read_settings(options.preferences)),
      wireshark_(options.preferences, ledger, listen, this) {}

void Reading::begin() {
    plainly_ = settings_.odd.empty() && !options_.wireshark;
    // A preference that does not exist is to be refused too, so Wireshark sees them all.
    if (!plainly_ || settings_.are_ours || !options_.preferences.empty()) wireshark_.start();
    session_ = &wireshark_.session();
    command_.begin(*session_, wireshark_.explain_resets());
}

Found Reading::look(CaptureFile& file) {
    compat::Record& record = file.record();
    if (!plainly_ || !record.is_packet()) return Found::OddLink;
    const wtap_packet_header& header = record.rec().rec_header.packet_header;
    plain_.segment = {};
    return read_plain({link_layer(header.pkt_encap), record.bytes(), header.len}, plain_);
}

void Reading::observe(Found found, int64_t time) {
    constexpr uint16_t only_header = 0;
    session_->add_header(frame_, only_header);
    if (found == Found::Segment) {
        Segment& segment = plain_.segment;
        segment.frame = frame_;
        segment.time = time;
        if (const Verdict* const verdict = session_->observe(plain_.path, segment, only_header))
            command_.note({plain_.path, *verdict, {time, frame_}, only_header, &segment, plain_.payload},
                          session_->tracker_as_it_is());
        return;
    }
    plain_.error.frame = frame_;
    plain_.error.time = time;
    if (const Verdict* const verdict = session_->observe(plain_.error, only_header))
        command_.note({plain_.error.quoted, *verdict, {time, frame_}, only_header, nullptr, {}, &plain_.error},
                      session_->tracker_as_it_is());
}

void Reading::listen(void* reading, const Tapped& tapped) {
    const Reading& me = *static_cast<Reading*>(reading);
    me.command_.note({tapped.path,
                      tapped.verdict,
                      {tapped.time, tapped.frame},
                      tapped.header_id,
                      tapped.verdict.is_segment ? &tapped.segment : nullptr,
                      {},
                      tapped.verdict.is_segment ? nullptr : &tapped.error},
                     me.session_->tracker_as_it_is());
}

void Reading::take(CaptureFile& file) {
    if (frame_ == UINT32_MAX) throw std::runtime_error("more frames than can be counted");
    ++frame_;
    if (options_.interface && *options_.interface != file.interface()) return;
    int64_t const time = file.has_time() ? nanoseconds(file.time()) : 0;
    command_.note_time(time);
    Found const found = look(file);
    ++found_[static_cast<size_t>(found)];
    if (!is_plain(found))
        wireshark_.dissect(file.record(), frame_, file.type());
    else if (found != Found::NoTcp)
        observe(found, time);
    if (options_.forget_after != 0) forget(time);
}

/// Twice in that duration, by the clock of the capture, and no more often than there is work for it.
void Reading::forget(int64_t now) {
    int64_t const passed = now > forgot_ ? now - forgot_ : forgot_ - now;
    if (passed < options_.forget_after / 2 || frame_ - forgot_in_ < live_) return;
    forgot_ = now;
    forgot_in_ = frame_;
    session_->forget(now - options_.forget_after,
                     [this](uint32_t conn) { command_.forget(conn, session_->tracker_as_it_is()); });
    const Tracker& tracker = session_->tracker_as_it_is();
    live_ = tracker.size() - static_cast<uint32_t>(tracker.forgotten().connections);
    std::fflush(stdout);
}

void Reading::print_forgotten() const {
    const Forgotten& forgotten = session_->tracker_as_it_is().forgotten();
    if (forgotten.connections == 0) return;
    std::fprintf(stderr,
                 "tcpstate: %" PRIu64 " connections were forgotten, %" PRIu64
                 " of them before they were closed; %" PRIu64
                 " have begun since without a SYN and may be one of those\n",
                 forgotten.connections, forgotten.unclosed, forgotten.begun_anew);
}

void Reading::note_end(size_t number, const CaptureFile& file, std::FILE* report) {
    if (interrupted != 0) return;  // a read that a signal has ended is no fault of the file
    const FileProblem& problem = file.problem();
    if (!problem.kind.empty()) {
        bad_files_ = true;
        std::fprintf(stderr, "tcpstate: %s %s\n", file.path().c_str(), problem.words.c_str());
    }
    if (report == nullptr) return;
    Text times;
    if (file.earliest() <= file.latest()) {
        add_seconds(file.earliest(), times);
        times.add("\t");
        add_seconds(file.latest(), times);
    } else {
        times.add("\t");
    }
    std::fprintf(report, "%zu\t%" PRIu32 "\t%s\t%s\t%s\n", number + 1, file.packets(), times.c_str(),
                 problem.kind.c_str(), problem.words.c_str());
    std::fflush(report);
}

Ending Reading::run() {
    begin();
    auto const report = open_report(options_.report);
    CaptureSeries series(options_.files, options_.order, [this, &report](size_t number, const CaptureFile& file) {
        note_end(number, file, report.get());
    });
    {
        Progress progress(options_.files);
        while (interrupted == 0) {
            CaptureFile* const file = series.next();
            if (file == nullptr) break;
            take(*file);
            if (progress.is_due(frame_)) progress.show(frame_, series.bytes_read(), series.files_read());
        }
    }
    if (options_.count_ways) print_ways();
    if (session_->tracker() == nullptr) throw std::bad_alloc();
    command_.finish(*session_->tracker());
    print_forgotten();
    if (interrupted != 0) return Ending::Interrupted;
    return bad_files_ ? Ending::BadFiles : Ending::Complete;
}

void Reading::print_ways() const {
    auto const plain =
        std::accumulate(found_.begin(), found_.begin() + static_cast<size_t>(Found::OddLink), uint64_t{0});
    std::fprintf(stderr, "tcpstate: %" PRIu64 " frames the plain way, %" PRIu64 " by Wireshark\n", plain,
                 frame_ - plain);
    if (!plainly_)
        std::fprintf(stderr, "%12" PRIu32 "  Wireshark  %s\n", frame_,
                     options_.wireshark ? "--wireshark" : settings_.odd.c_str());
    for (size_t i = 0; plainly_ && i < found_.size(); ++i)
        if (found_[i] != 0)
            std::fprintf(stderr, "%12" PRIu64 "  %-9s  %s\n", found_[i],
                         is_plain(static_cast<Found>(i)) ? "plain" : "Wireshark", name(static_cast<Found>(i)));
}

}  // namespace tcpstate
