// SPDX-License-Identifier: GPL-2.0-or-later
// The comparison for people.
#include <algorithm>
#include <array>
#include <cinttypes>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <utility>

#include "clock.hpp"
#include "comparison.hpp"
#include "compiler.hpp"
#include "names.hpp"
#include "printing.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

class Lines {
public:
    // NOLINTNEXTLINE(cert-dcl50-cpp): the compiler checks such formats
    TCPSTATE_PRINTF(2, 3) void add(const char* pattern, ...) {
        char text[2048];
        va_list arguments;
        va_start(arguments, pattern);
        std::vsnprintf(text, sizeof text, pattern, arguments);
        va_end(arguments);
        text_ += text;
    }
    std::string take() { return std::exchange(text_, {}); }

private:
    std::string text_;
};

char letter(size_t point) { return static_cast<char>('A' + point); }

size_t seen_connections(const CapturePoint& point) {
    return static_cast<size_t>(std::count_if(point.connections().begin(), point.connections().end(),
                                             [](const SeenConnection& c) { return !c.segments.empty(); }));
}

void add_points(const Comparison& comparison, Lines& lines) {
    lines.add("Capture points, in the order of the path from the clients:\n");
    for (size_t i = 0; i < comparison.points().size(); ++i) {
        const CapturePoint& point = comparison.points()[i];
        size_t const count = seen_connections(point);
        lines.add("  %c  %s: %zu %s", letter(i), point.name().c_str(), count,
                  count == 1 ? "connection" : "connections");
        if (point.drops() != 0) lines.add(", %" PRIu64 " packets dropped by the capture", point.drops());
        lines.add("\n");
    }
}

void add_clocks(const Comparison& comparison, Lines& lines) {
    for (size_t i = 0; i < comparison.stretches().size(); ++i) {
        const Stretch& stretch = comparison.stretches()[i];
        auto const common = static_cast<size_t>(std::count_if(
            stretch.passages.begin(), stretch.passages.end(),
            [](const Passage& passage) { return passage.pair.a != no_index && passage.pair.b != no_index; }));
        size_t const at_a = seen_connections(stretch.a), at_b = seen_connections(stretch.b);
        lines.add("%c to %c: %zu %s at both, %zu only at %c, %zu only at %c\n", letter(i), letter(i + 1), common,
                  common == 1 ? "connection" : "connections", at_a - common, letter(i), at_b - common, letter(i + 1));
        bool first = true;
        for (const ClockPiece& piece : stretch.clocks.pieces()) {
            bool const in_step = piece.bound != ClockRelation::no_bound && std::abs(piece.offset) <= piece.bound;
            lines.add("  %s: ", first ? "clocks" : "clocks, after one was set");
            if (in_step)
                lines.add("%c is in step with %c", letter(i + 1), letter(i));
            else
                lines.add("%c is %s %s %c", letter(i + 1), rounded(std::abs(piece.offset)).c_str(),
                          piece.offset < 0 ? "behind" : "ahead of", letter(i));
            if (piece.bound == ClockRelation::no_bound)
                lines.add(", and how exactly is not known: only one direction was seen at both");
            else
                lines.add(", give or take %s", rounded(piece.bound).c_str());
            if (piece.skew != 0)
                lines.add("; %s by %.1f ppm", piece.skew > 0 ? "faster" : "slower", std::abs(piece.skew) * 1e6);
            lines.add("\n");
            first = false;
        }
    }
    lines.add("Times are by the clock of A.\n");
}

/// `where`: between which points, if there are several.
void add_counts(const Passage& passage, const std::string& where, Lines& lines) {
    for (Role const role : {Role::Client, Role::Server}) {
        const Counts& counts = passage.counts[static_cast<size_t>(role)];
        if (std::all_of(counts.of.begin(), counts.of.end(), [](uint32_t count) { return count == 0; })) continue;
        lines.add("    %s%s:", where.c_str(), name(role));
        const char* separator = " ";
        for (size_t i = 0; i < counts.of.size(); ++i) {
            if (counts.of[i] == 0) continue;
            lines.add("%s%" PRIu32 " %s", separator, counts.of[i], name(static_cast<Fate>(i)));
            separator = ", ";
        }
        lines.add("\n");
    }
}

void add_heading(const Comparison& comparison, size_t number, const ComparedConnection& connection, Lines& lines) {
    for (size_t point = 0; point < connection.at.size(); ++point) {
        if (connection.at[point] == no_index) continue;
        const SeenConnection& seen = comparison.points()[point].connections()[connection.at[point]];
        lines.add("Connection %zu  %s > %s\n", number, socket_text(seen.client).c_str(),
                  socket_text(seen.server).c_str());
        break;
    }
    for (size_t point = 0; point < connection.at.size(); ++point) {
        if (connection.at[point] == no_index) continue;
        const SeenConnection& seen = comparison.points()[point].connections()[connection.at[point]];
        lines.add("    %c alone: tcpstate.conn %u, %s", letter(point), seen.conn, name(seen.outcome));
        const Reset* const last = seen.resets.empty() ? nullptr : &seen.resets.front();
        if (last != nullptr) lines.add(", RST %s (%s)", name(last->cause), name(last->confidence));
        lines.add("\n");
    }
}

void add_findings(const Comparison& comparison, const ComparedConnection& connection, Lines& lines) {
    for (auto const& [stretch, finding] : comparison.findings_of(connection))
        lines.add("  * %s\n", finding->text.c_str());
    bool const several = connection.passages.size() > 1;
    for (size_t i = 0; i < connection.passages.size(); ++i) {
        if (connection.passages[i] == no_index) continue;
        const Passage& passage = comparison.stretches()[i].passages[connection.passages[i]];
        if (passage.findings.empty()) lines.add("  * No difference between %c and %c.\n", letter(i), letter(i + 1));
    }
    for (size_t i = 0; i < connection.passages.size(); ++i) {
        if (connection.passages[i] == no_index) continue;
        std::string const where = several ? format("%c to %c, ", letter(i), letter(i + 1)) : "";
        add_counts(comparison.stretches()[i].passages[connection.passages[i]], where, lines);
    }
}

/// Segments of one connection with what became of them, between two points.
class Ladder {
public:
    Ladder(const Comparison& comparison, size_t stretch, const Passage& passage)
        : comparison_(comparison),
          index_(stretch),
          open_(comparison.stretches()[stretch].open(passage)),
          passage_(passage),
          c_(open_.connection) {}

    void add(Lines& lines) {
        lines.add("\n    %12s  %7c  %7c  %-6s  %-16s  %-24s  %-13s  %s\n", "time", letter(index_), letter(index_ + 1),
                  "from", "segment", "fate", "client", "server");
        int64_t const start = open_.crossings.empty() ? 0 : open_.crossings.front().time;
        auto error = passage_.errors.begin();
        for (const Crossing& crossing : open_.crossings) {
            for (; error != passage_.errors.end() && error->time < crossing.time; ++error) add(*error, start, lines);
            add(crossing, start, lines);
        }
        for (; error != passage_.errors.end(); ++error) add(*error, start, lines);
    }

private:
    void add(const Crossing& crossing, int64_t start, Lines& lines) {
        const SeenSegment* const a = crossing.a == no_index ? nullptr : &c_.segments_a[crossing.a];
        const SeenSegment* const b = crossing.b == no_index ? nullptr : &c_.segments_b[crossing.b];
        const SeenSegment& s = a != nullptr ? *a : c_.segments_b[crossing.b];
        Text segment;
        add_flags(s.flags, segment);
        if (s.length != 0) segment.add(" len %u", s.length);
        lines.add("    %12.6f  %7s  %7s  %-6s  %-16s  %-24s  ", since(start, crossing.time), frame(a).c_str(),
                  frame(b).c_str(), name(crossing.sender), segment.c_str(), fate(crossing).c_str());
        note_states(crossing, a, b);
        add_states(lines);
    }
    void add(const ErrorCrossing& crossing, int64_t start, Lines& lines) {
        const SeenError* const a = crossing.a == no_index ? nullptr : &c_.a.errors[crossing.a];
        const SeenError* const b = crossing.b == no_index ? nullptr : &c_.b.errors[crossing.b];
        std::string const says = std::string("ICMP ") + name((a != nullptr ? *a : c_.b.errors[crossing.b]).says);
        lines.add("    %12.6f  %7s  %7s  %-6s  %-16s  %-24s  ", since(start, crossing.time), frame(a).c_str(),
                  frame(b).c_str(), "", says.c_str(), fate(crossing).c_str());
        add_states(lines);
    }
    void add_states(Lines& lines) const { lines.add("%-13s  %s\n", name(states_[0]), name(states_[1])); }
    double since(int64_t start, int64_t time) const {
        return static_cast<double>(comparison_.to_first(index_, time) - comparison_.to_first(index_, start)) / 1e9;
    }
    template <typename Seen>
    static std::string frame(const Seen* seen) {
        return seen == nullptr ? "-" : std::to_string(seen->frame);
    }
    static std::string fate(const ErrorCrossing& crossing) {
        std::string text = name(crossing.fate);
        if (crossing.fate == Fate::Passed) text += " in " + rounded(crossing.delay);
        if (!crossing.sure) text += "?";
        return text;
    }
    static std::string fate(const Crossing& crossing) {
        std::string text = name(crossing.fate);
        if (crossing.fate == Fate::Passed) text += " in " + rounded(crossing.delay);
        if (crossing.pieces > 1) text += ", " + std::to_string(crossing.pieces) + " pieces";
        if (crossing.reordered) text += ", reordered";
        if (!crossing.sure) text += "?";
        return text;
    }
    /// Each end's state by the point on its side, or by the other one where that has not captured yet or any more.
    void note_states(const Crossing& crossing, const SeenSegment* a, const SeenSegment* b) {
        bool const outside = crossing.fate == Fate::Outside;
        for (Role const role : {Role::Client, Role::Server}) {
            bool const near_a = (role == Role::Client) == passage_.client_at_a;
            State& state = states_[static_cast<size_t>(role)];
            if (a != nullptr && (near_a || outside)) state = a->after.state_of(role);
            if (b != nullptr && (!near_a || outside)) state = b->after.state_of(c_.pair.role_at_b(role));
        }
    }

    const Comparison& comparison_;
    size_t index_;
    OpenPassage open_;
    const Passage& passage_;
    const PairedConnection& c_;
    std::array<State, 2> states_{State::Unknown, State::Unknown};
};

}  // namespace

void print_text(const Comparison& comparison, const ComparisonOptions& options, const WriteText& write) {
    Lines lines;
    add_points(comparison, lines);
    add_clocks(comparison, lines);
    size_t calm = 0;
    for (size_t i = 0; i < comparison.connections().size(); ++i) {
        const ComparedConnection& connection = comparison.connections()[i];
        bool const chosen =
            options.conn ? *options.conn == i : options.all || !comparison.findings_of(connection).empty();
        bool const compared = std::any_of(connection.passages.begin(), connection.passages.end(),
                                          [](uint32_t passage) { return passage != no_index; });
        if (!chosen || (!compared && !options.conn && !options.all)) {
            if (compared) ++calm;
            continue;
        }
        write(lines.take());
        lines.add("\n");
        add_heading(comparison, i, connection, lines);
        add_findings(comparison, connection, lines);
        if (!options.conn) continue;
        for (size_t stretch = 0; stretch < connection.passages.size(); ++stretch)
            if (connection.passages[stretch] != no_index)
                Ladder(comparison, stretch, comparison.stretches()[stretch].passages[connection.passages[stretch]])
                    .add(lines);
    }
    if (calm != 0 && !options.conn)
        lines.add("\n%zu %s without any difference between the points.\n", calm,
                  calm == 1 ? "connection" : "connections");
    write(lines.take());
}

}  // namespace tcpstate
