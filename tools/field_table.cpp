// SPDX-License-Identifier: GPL-2.0-or-later
/// Prints the tables of the core, one row per line, tab-separated: docs/filters.md and the tests are made from it.
#include <cstdio>

#include "connection_report.hpp"
#include "events.hpp"
#include "fields.hpp"
#include "names.hpp"
#include "resets.hpp"
#include "states.hpp"

using namespace tcpstate;

namespace {

const char* name(FieldType type) {
    switch (type) {
        case FieldType::Bool: return "bool";
        case FieldType::Uint32: return "uint32";
        case FieldType::Uint64: return "uint64";
        case FieldType::Int32: return "int32";
        case FieldType::Frame: return "frame";
        case FieldType::Duration: return "relative time";
        case FieldType::String: return "string";
    }
    return "?";
}

const char* name(Subtree subtree) {
    switch (subtree) {
        case Subtree::Rst: return "RST";
        case Subtree::HalfOpen: return "Half-open";
        case Subtree::HalfClosed: return "Half-closed";
        case Subtree::Handshake: return "Handshake";
        case Subtree::Connection: return "Connection";
        case Subtree::None:
        case Subtree::Count: break;
    }
    return "";
}

/// How it is known that a rule applies: the endpoint's own segment shows it (observed), it follows from what was sent
/// to the endpoint (presumed), or a later segment shows that what was presumed did not happen (taken back).
const char* basis(const Rule& rule) {
    bool const repeats_handshake = (rule.cue == Cue::SentSyn || rule.cue == Cue::SentSynAck) &&
                                   rule.from != State::Unknown && rule.from != State::SynSent;
    if (repeats_handshake || rule.cue >= Cue::LostFin) return "taken back";
    return rule.cue >= Cue::GotSyn ? "presumed" : "observed";
}

}  // namespace

int main() {
    for (const Field& f : fields())
        std::printf("field\ttcpstate.%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.name, f.label, name(f.type), f.when, f.help,
                    f.hindsight ? "hindsight" : "online", f.repeats ? "several" : "one", name(f.subtree));
    for (const EventRow& e : events())
        std::printf("event\t%s\t%s\t%s\t%s\n", e.name, name(e.severity), e.summary, e.source);
    for (const Rule& r : rules)
        std::printf("rule\t%s\t%s\t%s\t%s\t%s\n", name(r.from), name(r.cue), name(r.to), basis(r), r.why);
    for (const CauseRow& c : causes())
        std::printf("cause\t%s\t%s\t%s\t%s\t%s\n", name(c.id), name(c.sure),
                    c.event == Event::Count ? "" : events()[static_cast<size_t>(c.event)].name, c.because,
                    c.lookalikes);
    print_columns("column\t", stdout);
}
