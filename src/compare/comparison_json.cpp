// SPDX-License-Identifier: GPL-2.0-or-later
// The comparison for programs: an object for the points and clocks, then one for each connection, a line each
// (docs/two-points.md has the schema).
#include "comparison.hpp"
#include "json.hpp"
#include "names.hpp"
#include "printing.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

std::string letter(size_t point) { return {static_cast<char>('A' + point)}; }

void add_points(const Comparison& comparison, Json& json) {
    json.begin('{').key("points").begin('[');
    for (size_t i = 0; i < comparison.points().size(); ++i) {
        const CapturePoint& point = comparison.points()[i];
        json.begin('{').key("point").value(letter(i)).key("file").value(point.name());
        json.key("dropped").value(point.drops()).end('}');
    }
    json.end(']').key("clocks").begin('[');
    for (size_t i = 0; i < comparison.stretches().size(); ++i)
        for (const ClockPiece& piece : comparison.stretches()[i].clocks.pieces()) {
            json.begin('{').key("from").value(letter(i)).key("to").value(letter(i + 1));
            json.key("since").seconds(piece.from).key("offset").seconds(piece.offset);
            json.key("skew_ppm").value(piece.skew * 1e6).key("bound");
            if (piece.bound == ClockRelation::no_bound)
                json.null();
            else
                json.seconds(piece.bound);
            json.end('}');
        }
    json.end(']').end('}').end_line();
}

void add_seen(const Comparison& comparison, const ComparedConnection& connection, Json& json) {
    json.key("points").begin('[');
    for (size_t point = 0; point < connection.at.size(); ++point) {
        if (connection.at[point] == no_index) continue;
        const SeenConnection& seen = comparison.points()[point].connections()[connection.at[point]];
        json.begin('{').key("point").value(letter(point)).key("conn").value(seen.conn);
        json.key("client").value(socket_text(seen.client)).key("server").value(socket_text(seen.server));
        json.key("outcome").value(name(seen.outcome)).key("rst").begin('[');
        for (const SeenSegment& s : seen.segments)
            if (s.reset != no_index) {
                const Reset& reset = seen.resets[s.reset];
                json.begin('{').key("frame").value(s.frame).key("sender").value(name(s.sender));
                json.key("cause").value(name(reset.cause)).key("confidence").value(name(reset.confidence)).end('}');
            }
        json.end(']').end('}');
    }
    json.end(']');
}

void add_frames(const std::vector<uint32_t>& frames, size_t point, Json& json) {
    json.key(letter(point).c_str()).begin('[');
    for (uint32_t const frame : frames) json.value(frame);
    json.end(']');
}

void add_finding(size_t stretch, const Finding& finding, Json& json) {
    json.begin('{').key("finding").value(name(finding.kind)).key("between").begin('[');
    json.value(letter(stretch)).value(letter(stretch + 1)).end(']').key("text").value(finding.text);
    json.key("frames").begin('{');
    add_frames(finding.frames_a, stretch, json);
    add_frames(finding.frames_b, stretch + 1, json);
    json.end('}').end('}');
}

void add_errors(const Comparison& comparison, size_t index, const Passage& passage, Json& json) {
    const Stretch& stretch = comparison.stretches()[index];
    for (const ErrorCrossing& crossing : passage.errors) {
        const SeenError* const a =
            crossing.a == no_index ? nullptr : &stretch.a.connections()[passage.pair.a].errors[crossing.a];
        const SeenError* const b =
            crossing.b == no_index ? nullptr : &stretch.b.connections()[passage.pair.b].errors[crossing.b];
        const SeenError& error = a != nullptr ? *a : stretch.b.connections()[passage.pair.b].errors[crossing.b];
        json.begin('{').key("time").seconds(comparison.to_first(index, crossing.time));
        json.key("between").begin('[').value(letter(index)).value(letter(index + 1)).end(']');
        json.key("says").value(name(error.says)).key("sender");
        if (error.sender.length == 0)
            json.null();
        else
            json.value(address_text(error.sender));
        json.key("told").value(name(crossing.told)).key("fate").value(name(crossing.fate)).key("frames").begin('{');
        if (a != nullptr) json.key(letter(index).c_str()).value(a->frame);
        if (b != nullptr) json.key(letter(index + 1).c_str()).value(b->frame);
        json.end('}');
        if (crossing.fate == Fate::Passed) json.key("delay").seconds(crossing.delay);
        if (!crossing.sure) json.key("sure").value(false);
        json.end('}');
    }
}

void add_segments(const Comparison& comparison, size_t index, const Passage& passage, Json& json) {
    OpenPassage const open = comparison.stretches()[index].open(passage);
    const PairedConnection& c = open.connection;
    for (const Crossing& crossing : open.crossings) {
        const SeenSegment* const a = crossing.a == no_index ? nullptr : &c.segments_a[crossing.a];
        const SeenSegment* const b = crossing.b == no_index ? nullptr : &c.segments_b[crossing.b];
        const SeenSegment& s = crossing.a != no_index ? c.segments_a[crossing.a] : c.segments_b[crossing.b];
        Text flags;
        add_flags(s.flags, flags);
        json.begin('{').key("time").seconds(comparison.to_first(index, crossing.time));
        json.key("between").begin('[').value(letter(index)).value(letter(index + 1)).end(']');
        json.key("sender").value(name(crossing.sender)).key("fate").value(name(crossing.fate)).key("frames").begin('{');
        if (a != nullptr) json.key(letter(index).c_str()).value(a->frame);
        if (b != nullptr) json.key(letter(index + 1).c_str()).value(b->frame);
        json.end('}').key("flags").value(flags.c_str()).key("length").value(s.length);
        if (crossing.fate == Fate::Passed) json.key("delay").seconds(crossing.delay);
        if (crossing.pieces > 1) json.key("pieces").value(crossing.pieces);
        if (crossing.reordered) json.key("reordered").value(true);
        if (!crossing.sure) json.key("sure").value(false);
        json.end('}');
    }
}

}  // namespace

void print_json(const Comparison& comparison, const ComparisonOptions& options, const WriteText& write) {
    Json json;
    add_points(comparison, json);
    write(json.take());
    for (size_t i = 0; i < comparison.connections().size(); ++i) {
        if (options.conn && *options.conn != i) continue;
        const ComparedConnection& connection = comparison.connections()[i];
        json.begin('{').key("connection").value(uint64_t{i});
        add_seen(comparison, connection, json);
        json.key("findings").begin('[');
        for (auto const& [stretch, finding] : comparison.findings_of(connection)) add_finding(stretch, *finding, json);
        json.end(']').key("icmp").begin('[');
        for (size_t s = 0; s < connection.passages.size(); ++s)
            if (connection.passages[s] != no_index)
                add_errors(comparison, s, comparison.stretches()[s].passages[connection.passages[s]], json);
        json.end(']');
        if (options.segments || options.conn) {
            json.key("segments").begin('[');
            for (size_t s = 0; s < connection.passages.size(); ++s)
                if (connection.passages[s] != no_index)
                    add_segments(comparison, s, comparison.stretches()[s].passages[connection.passages[s]], json);
            json.end(']');
        }
        json.end('}').end_line();
        write(json.take());
    }
}

}  // namespace tcpstate
