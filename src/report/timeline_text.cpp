// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline_text.hpp"

#include <array>
#include <utility>

#include "fields.hpp"
#include "names.hpp"
#include "numbers_seen.hpp"
#include "printing.hpp"
#include "sentences.hpp"

namespace tcpstate {
namespace {

void add_end(Role role, const Socket& socket, std::string& text) {
    if (socket.address.length == 0) return;
    Text line;
    line.add("%s ", name(role));
    add_socket(socket, line);
    line.add("\n");
    text += line.c_str();
}

void add_segment(const TimelineEntry& entry, Text& text) {
    if (!entry.verdict.is_segment) return text.add("ICMP error");
    if (!entry.has_header) return;
    add_flags(entry.flags, text);
    if (entry.length != 0) text.add(" len %u", entry.length);
}

/// What is printed line by line.
class Story {
public:
    Story(const Tracker& tracker, bool whole) : tracker_(tracker), whole_(whole) {}
    void add(const TimelineEntry& entry);
    std::string finish() {
        if (presumed_) text_ += legend;
        return std::move(text_);
    }

private:
    static constexpr const char* legend =
        "STATE? = presumed: follows from what the endpoint received; nothing that it sent has confirmed it yet\n";
    static constexpr int64_t long_gap = 1'000'000'000;

    void add_gap(int64_t time);
    void add_below(const Text& text);
    void add_numbers(const TimelineEntry& entry, Text& line);
    void add_states(const Verdict& verdict, Text& line);

    const Tracker& tracker_;
    bool whole_;
    bool presumed_ = false;
    bool begun_ = false;
    int64_t start_ = 0, latest_ = 0;
    std::array<NumbersSeen, 2> numbers_;  // by Role
    uint32_t missing_ = 0;                // bytes before the latest segment
    std::string text_;
};

void Story::add_gap(int64_t time) {
    if (!begun_) start_ = latest_ = time;
    begun_ = true;
    Text gap;
    if (time > latest_ && static_cast<uint64_t>(time) - static_cast<uint64_t>(latest_) >= long_gap) {
        gap.add("... ");
        add_rounded(time - latest_, gap);
        add_below(gap);
    }
    latest_ = time;
}

void Story::add_below(const Text& text) {
    if (!text.empty()) text_ += std::string("         ") + text.c_str() + "\n";
}

void Story::add_numbers(const TimelineEntry& entry, Text& line) {
    missing_ = 0;
    if (!entry.has_header) return line.add("%10s  %10s", "", "");
    bool const syn = (entry.flags & flag::Syn) != 0, ack = (entry.flags & flag::Ack) != 0;
    auto const sender = static_cast<size_t>(entry.verdict.sender);
    NumbersSeen &mine = numbers_[sender], &peer = numbers_[1 - sender];
    mine.begin(syn ? entry.seq : entry.seq - 1, entry.seq);
    line.add("%10u  ", mine.relative(entry.seq));
    if (ack) peer.begin(entry.ack - 1, entry.ack);
    if (ack)
        line.add("%10u", peer.relative(entry.ack));
    else
        line.add("%10s", "");
    bool const fin = (entry.flags & flag::Fin) != 0;
    if ((entry.flags & flag::Rst) != 0) return;
    missing_ = mine.missing(entry.seq);
    mine.take(entry.seq, entry.seq + entry.length + (syn ? 1U : 0U) + (fin ? 1U : 0U));
}

void Story::add_states(const Verdict& verdict, Text& line) {
    Text client;
    client.add("%s%s", name(verdict.client_state), verdict.client_presumed ? "?" : "");
    line.add("%-13s  %s%s\n", client.c_str(), name(verdict.server_state), verdict.server_presumed ? "?" : "");
    presumed_ = presumed_ || verdict.client_presumed || verdict.server_presumed;
}

void Story::add(const TimelineEntry& entry) {
    const Verdict& verdict = entry.verdict;
    View const view{verdict, tracker_, entry.frame, entry.time, whole_};
    Text line, segment, missing, meaning;
    add_gap(entry.time);
    add_segment(entry, segment);
    line.add("%7u  %13.6f  %-6s  %-18s  ", entry.frame, static_cast<double>(entry.time - start_) / 1e9,
             verdict.is_segment ? name(verdict.sender) : "", segment.c_str());
    add_numbers(entry, line);
    line.add("  ");
    add_states(verdict, line);
    text_ += line.c_str();
    if (missing_ != 0) missing.add("(%u bytes before it were not seen so far)", missing_);
    add_below(missing);
    summarize(view, meaning);
    if (meaning.empty()) describe_silence(view, meaning);
    add_below(meaning);
}

}  // namespace

void Timeline::note(const Path& path, const TimelineEntry& entry) {
    if (entry.verdict.is_segment) {
        bool const by_client = entry.verdict.sender == Role::Client;
        sockets.client = by_client ? path.source : path.destination;
        sockets.server = by_client ? path.destination : path.source;
    }
    entries.push_back(entry);
}

std::string print(const Timeline& timeline, const Tracker& tracker, bool whole) {
    std::string const conn = std::to_string(timeline.conn);
    std::string text = "Connection " + conn + " (tcpstate.conn == " + conn + ")\n";
    add_end(Role::Client, timeline.sockets.client, text);
    add_end(Role::Server, timeline.sockets.server, text);
    if (timeline.entries.empty()) return text + "No segment.\n";
    if (whole) text += std::string("outcome ") + name(tracker.connection(timeline.conn).outcome()) + "\n";
    Text titles;
    titles.add("\n%7s  %13s  %-6s  %-18s  %10s  %10s  %-13s  %s\n", "Frame", "Seconds", "From", "Segment", "Seq", "Ack",
               "Client", "Server");
    Story story(tracker, whole);
    for (const TimelineEntry& entry : timeline.entries) story.add(entry);
    return text + titles.c_str() + story.finish();
}

}  // namespace tcpstate
