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

#include "printing.hpp"
#include "progress.hpp"
#include "reader.hpp"

namespace tcpstate {
namespace {

volatile std::sig_atomic_t interrupted = 0;

LinkLayer link_layer(int encapsulation) {
    switch (encapsulation) {
        case WTAP_ENCAP_ETHERNET: return LinkLayer::Ethernet;
        case WTAP_ENCAP_SLL: return LinkLayer::LinuxCooked;
        case WTAP_ENCAP_SLL2: return LinkLayer::LinuxCooked2;
        case WTAP_ENCAP_RAW_IP:
        case WTAP_ENCAP_RAW_IP4:
        case WTAP_ENCAP_RAW_IP6: return LinkLayer::RawIp;
        case WTAP_ENCAP_NULL: return LinkLayer::Null;
        case WTAP_ENCAP_LOOP: return LinkLayer::Loop;
        default: return LinkLayer::Other;
    }
}

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
      ledger_(ledger),
      command_(command),
      settings_(read_settings(options.preferences)),
      wireshark_(options.preferences, listen, this) {}

void Reading::begin() {
    plainly_ = settings_.odd.empty() && !options_.wireshark;
    // A preference that does not exist is to be refused too, so Wireshark sees them all.
    if (!plainly_ || settings_.are_ours || !options_.preferences.empty()) wireshark_.start();
    if (is_enabled()) dissection().sessions.shown = new_session(ledger_);
}

Found Reading::look(CaptureFile& file, PlainFrame& plain) const {
    compat::Record& record = file.record();
    if (!plainly_ || !record.is_packet()) return Found::OddLink;
    const wtap_packet_header& header = record.rec().rec_header.packet_header;
    return read_plain({link_layer(header.pkt_encap), record.bytes(), header.len}, plain);
}

void Reading::observe(PlainFrame& plain, Found found, int64_t time) {
    Session* const open = session();
    if (open == nullptr) return;
    constexpr uint16_t only_header = 0;
    open->add_header(frame_, only_header);
    if (found == Found::Segment) {
        Segment& segment = plain.segment;
        segment.frame = frame_;
        segment.time = time;
        if (const Verdict* const verdict = open->observe(plain.path, segment, only_header))
            command_.note({plain.path,
                           *verdict,
                           {time, frame_},
                           only_header,
                           segment.seq,
                           segment.ack,
                           segment.length,
                           segment.flags},
                          open->tracker_as_it_is());
        return;
    }
    plain.error.frame = frame_;
    plain.error.time = time;
    if (const Verdict* const verdict = open->observe(plain.error, only_header))
        command_.note({plain.error.quoted, *verdict, {time, frame_}, only_header}, open->tracker_as_it_is());
}

void Reading::listen(void* reading, const Tapped& tapped) {
    if (const Session* const open = session())
        static_cast<Reading*>(reading)->command_.note({tapped.path,
                                                       tapped.verdict,
                                                       {tapped.time, tapped.frame},
                                                       tapped.header_id,
                                                       tapped.seq,
                                                       tapped.ack,
                                                       tapped.length,
                                                       tapped.flags},
                                                      open->tracker_as_it_is());
}

void Reading::take(CaptureFile& file) {
    if (frame_ == UINT32_MAX) throw std::runtime_error("more frames than can be counted");
    ++frame_;
    int64_t const time = file.has_time() ? nanoseconds(file.time()) : 0;
    command_.note_time(time);
    PlainFrame plain;
    Found const found = look(file, plain);
    ++found_[static_cast<size_t>(found)];
    if (!is_plain(found))
        wireshark_.dissect(file.record(), frame_, file.type());
    else if (found != Found::NoTcp)
        observe(plain, found, time);
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
            if (progress.is_due(frame_)) progress.show(frame_, series.bytes_read());
        }
    }
    if (options_.count_ways) print_ways();
    const Session* const open = session();
    if (open != nullptr && open->tracker() == nullptr) throw std::bad_alloc();
    static const Tracker nothing;
    command_.finish(open != nullptr ? open->tracker_as_it_is() : nothing);
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
