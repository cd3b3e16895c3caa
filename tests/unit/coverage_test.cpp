// SPDX-License-Identifier: GPL-2.0-or-later
// Every row of every table is produced by some trace. What is not reached is named.
#include <cstring>
#include <map>
#include <set>

#include "events.hpp"
#include "names.hpp"
#include "resets.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

/// What the traces produce: events, fields and rules by name, other values as "field=value".
struct Reached {
    std::set<std::string> words;
    std::set<int> rules_used;
};

Reached play_all() {
    Reached reached;
    for (const auto& named : trace::all()) {
        auto const run = trace::play(trace::parse(named.text), trace::variants().front());
        for (size_t i = 0; i < run.lines.size(); ++i) {
            Verdict verdict;
            if (!run.store.load(static_cast<uint32_t>(i + 1), 0, verdict)) continue;
            for (const Change& change : verdict.changes) reached.rules_used.insert(change.rule);
            for (const Field& field : fields())
                for (const auto& value : run.values(i, field, true)) {
                    reached.words.insert(field.name);
                    if (field.type == FieldType::String) reached.words.insert(std::string(field.name) + "=" + value);
                }
        }
    }
    return reached;
}

const Reached& reached() {
    static const Reached all = play_all();
    return all;
}

/// Names of the wanted words that no trace produces.
std::string missing(const std::set<std::string>& wanted) {
    std::string names;
    for (const auto& word : wanted)
        if (reached().words.count(word) == 0) names += "\n    " + word;
    return names;
}

/// "field=name" of each enumerator from `first` to `last`.
template <typename Enum>
std::set<std::string> each(const char* field, Enum first, Enum last) {
    std::set<std::string> wanted;
    for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i)
        wanted.insert(std::string(field) + "=" + name(static_cast<Enum>(i)));
    return wanted;
}

void check_reached(const std::set<std::string>& wanted) {
    INFO("not reached by any trace:" << missing(wanted));
    CHECK(missing(wanted).empty());
}

}  // namespace

TEST_CASE("every rule moves an endpoint in some trace", "[coverage-of-tables]") {
    std::string names;
    for (int i = 0; i < rule_count; ++i)
        if (reached().rules_used.count(i) == 0)
            names += std::string("\n    ") + name(rules[i].from) + " -> " + name(rules[i].to) + ": " + rules[i].why;
    INFO("not reached by any trace:" << names);
    CHECK(names.empty());
}

TEST_CASE("every event occurs in some trace", "[coverage-of-tables]") {
    std::set<std::string> wanted;
    for (const EventRow& row : events()) wanted.insert(std::string("event=") + row.name);
    check_reached(wanted);
}

TEST_CASE("every cause is found in some trace", "[coverage-of-tables]") {
    std::set<std::string> wanted;
    for (const CauseRow& row : causes()) wanted.insert(std::string("rst.cause=") + name(row.id));
    check_reached(wanted);
}

TEST_CASE("every field is present in some trace", "[coverage-of-tables]") {
    std::set<std::string> wanted;
    for (const Field& field : fields()) wanted.insert(field.name);
    check_reached(wanted);
}

TEST_CASE("every value of the contract's vocabulary comes out of some trace", "[coverage-of-tables]") {
    check_reached(each("rst.kind", ResetKind::Unknown, ResetKind::Active));
    check_reached(each("rst.effect", ResetEffect::Unknown, ResetEffect::Ignored));
    check_reached(each("rst.confidence", Confidence::Possible, Confidence::Certain));
    check_reached(each("rst.settled", Settled::Accepted, Settled::Rejected));
    check_reached(each("outcome", Outcome::Unknown, Outcome::Closed));
    check_reached(each("embryonic", EmbryonicKind::SynUnanswered, EmbryonicKind::AckNotAccepted));
    check_reached(each("half_open", HalfOpenKind::Suspected, HalfOpenKind::Confirmed));
    check_reached(each("half_open.discovered_by", Discovery::Rst, Discovery::Syn));
    check_reached(each("keepalive", Keepalive::Probe, Keepalive::Answer));
    check_reached(each("icmp", IcmpVerdict::Unreachable, IcmpVerdict::Other));
    check_reached(each("phase", Phase::Opening, Phase::Reset));
    auto of_client = each("client.state", State::Unknown, State::TimeWait);
    of_client.erase("client.state=LISTEN");  // who listens is the server
    check_reached(of_client);
    check_reached(each("server.state", State::Unknown, State::TimeWait));
    check_reached({"half_closed.ended_by=fin", "half_closed.ended_by=rst", "half_closed.ended_by=capture-end",
                   "roles=handshake", "roles=guessed", "sender=client", "sender=server", "closed_first=client",
                   "closed_first=server", "half_open.gone=client", "half_open.gone=server", "half_closed=client",
                   "half_closed=server"});
}

TEST_CASE("every conn_state of Zeek comes out of some trace", "[coverage-of-tables]") {
    std::set<std::string> wanted;
    for (const char* state :
         {"S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"})
        wanted.insert(std::string("conn_state=") + state);
    check_reached(wanted);
}

TEST_CASE("names in the tables are unique and fit for filters", "[coverage-of-tables]") {
    std::map<std::string, int> times;
    for (const Field& field : fields()) ++times[std::string("field ") + field.name];
    for (const EventRow& row : events()) ++times[std::string("event ") + row.name];
    for (const CauseRow& row : causes()) ++times[std::string("cause ") + name(row.id)];
    for (const auto& [name, count] : times) {
        INFO(name);
        CHECK(count == 1);
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-. ") == std::string::npos);
    }
    for (const Field& field : fields()) {
        INFO(field.name);
        CHECK(std::strchr(field.name, '-') == nullptr);
        CHECK(std::strlen(field.label) > 0);
        CHECK(std::strlen(field.help) > 0);
        CHECK(std::strlen(field.when) > 0);
    }
}

TEST_CASE("every trace has a name of its own", "[coverage-of-tables]") {
    std::set<std::string> names;
    for (const auto& named : trace::all()) {
        INFO(named.name);
        CHECK(names.insert(named.name).second);
    }
}

TEST_CASE("no sentence is cut off: texts stay far below what they have room for", "[coverage-of-tables]") {
    for (const auto& word : reached().words) {
        INFO(word);
        CHECK(word.size() < 900);
    }
}
