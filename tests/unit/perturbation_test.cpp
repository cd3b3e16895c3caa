// SPDX-License-Identifier: GPL-2.0-or-later
// Captures lose, repeat and reorder segments, begin and end anywhere. Whatever happens to a trace, nothing false may
// be called a crash: no error event and no crash cause that the trace itself does not have. What is said to be possible
// only is no alarm: the contract makes it a warning.
#include <algorithm>
#include <cstring>

#include "events.hpp"
#include "names.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

enum class Damage { Drop, Duplicate, Swap, Cut, ClientOnly, ServerOnly };

const char* name_of(Damage change) {
    static constexpr const char* names[] = {"drop", "duplicate", "swap", "cut", "client only", "server only"};
    return names[static_cast<int>(change)];
}

/// What is the same on the wire as a crash. Reviewed one by one; `frame` is the frame that is changed, 0 is any.
struct Indistinguishable {
    const char* trace;
    Damage change;
    size_t frame;
    const char* reason;
};
constexpr Indistinguishable indistinguishable[] = {
    {"a firewall's RST: the TTL betrays it, its supposed sender lives on", Damage::Drop, 5,
     "a TTL that was seen only once was not constant, so it proves nothing against the RST"},
    {"a firewall's RST: the TTL betrays it, its supposed sender lives on", Damage::Drop, 7,
     "the RST that killed the victim is missing: it seems to have forgotten the connection by itself"},
    {"after-close: what was on its way when the RST passed is answered by RST", Damage::Drop, 6,
     "the RST that ended the connection is missing: its sender seems to have forgotten it"},
    {"idle for a minute behind the acknowledgment of the last data: the same", Damage::Swap, 7,
     "the data that are answered stand before the idle time, not behind it"},
    {"the victim never got the abort, and the RST that answers it is the end of it", Damage::Drop, 6,
     "the RST that ended the connection is missing: its sender seems to have forgotten it"},
    {"the victim never got the abort, and the RST that answers it is the end of it", Damage::Swap, 5,
     "the ACK behind the RST shows that it was not its sender's last word"},
    {"its sender had ended it by a RST that did not fit, and answers what that provoked: not a crash", Damage::Drop, 6,
     "the RST that ended the connection is missing: its sender seems to have forgotten it"},
    {"an unknown effect is settled by what follows: accepted, the victim no longer knows the connection", Damage::Drop,
     4, "the RST that killed the victim is missing: it seems to have forgotten the connection by itself"},
    {"an unknown effect is settled by what follows: accepted, the victim no longer knows the connection", Damage::Drop,
     3,
     "without the data before it the RST lies in the window: it seems challenged, its victim seems to have died "
     "otherwise"},
    {"an unknown effect is settled by what follows: accepted, the victim no longer knows the connection", Damage::Swap,
     0, "the RST is captured before or after the data that show where it belongs: the same"},
    {"the server lives on behind the box, and learns from the client", Damage::Drop, 7,
     "the box's RST is missing: the client seems to have forgotten the connection by itself"},
    {"heard 2 ms before, data in both directions: its socket was destroyed", Damage::Drop, 7,
     "its last sign of life is missing: it seems to have been absent"},
    {"the RST answers what its sender's latest data had crossed: not a crash", Damage::Drop, 7,
     "its last sign of life is missing: it seems to have been absent"},
    {"the RST answers what its sender's latest data had crossed: not a crash", Damage::Swap, 7,
     "its last sign of life is captured behind the RST: it seems to have been absent"},
    {"the RST comes after its sender had answered everything: not a crash", Damage::Swap, 7,
     "its last sign of life is captured behind the RST: it seems to have been absent"},
    {"data-after-close: data crosses the FIN, the RST has the FIN's own number (TCP_ABORT_ON_DATA)", Damage::Drop, 6,
     "a closed socket whose FIN was lost is the same class as a crash"},
    {"the FIN's own number in CLOSE-WAIT: accepted", Damage::Drop, 6,
     "a closed socket whose FIN was lost is the same class as a crash"},
    {"the FIN's own number in LAST-ACK: accepted", Damage::Drop, 6,
     "a closed socket whose FIN was lost is the same class as a crash"},
    {"two SYNs crossed, and one end begins anew: no connection was synchronized, so nobody survives it", Damage::Drop,
     3, "without its SYN,ACK, the server's ACK shows that it was synchronized"},
};

bool is_known(const char* trace, Damage change, size_t frame) {
    return std::any_of(std::begin(indistinguishable), std::end(indistinguishable), [&](const Indistinguishable& row) {
        return std::strcmp(row.trace, trace) == 0 && row.change == change && (row.frame == 0 || row.frame == frame);
    });
}

std::vector<Verdict> verdicts_of(const trace::Run& run) {
    std::vector<Verdict> verdicts;
    for (size_t i = 0; i < run.lines.size(); ++i) {
        Verdict verdict;
        if (run.store.load(static_cast<uint32_t>(i + 1), 0, verdict)) verdicts.push_back(verdict);
    }
    return verdicts;
}

/// What must not come out of nothing.
struct Alarms {
    uint32_t errors = 0;  // bit set of Event
    bool crash = false, crash_reconnect = false;

    explicit Alarms(const std::vector<Verdict>& verdicts) {
        for (const Verdict& v : verdicts) {
            if (v.is_reset() && v.reset.confidence == Confidence::Possible) continue;
            for (const EventRow& event : events())
                if (event.severity == Severity::Error) errors |= v.events & bit(event.id);
            crash |= v.is_reset() && v.reset.cause == Cause::Crash;
            crash_reconnect |= v.is_reset() && v.reset.cause == Cause::CrashReconnect;
        }
    }
    std::string beyond(const Alarms& justified) const {
        std::string words;
        for (const EventRow& event : events())
            if ((errors & ~justified.errors & bit(event.id)) != 0) words += std::string(" ") + event.name;
        bool const any_crash = justified.crash || justified.crash_reconnect;
        if ((crash || crash_reconnect) && !any_crash) words += " cause crash";
        return words;
    }
};

/// The neighbours come in the other order; the capture's clock goes on as before.
void swap_neighbours(std::vector<trace::Line>& lines, size_t i) {
    std::swap(lines[i], lines[i + 1]);
    std::swap(lines[i].segment.time, lines[i + 1].segment.time);
}

std::vector<trace::Line> changed(std::vector<trace::Line> lines, Damage change, size_t i) {
    auto const at = lines.begin() + static_cast<std::ptrdiff_t>(i);
    auto keep = [&](bool client) {
        lines.erase(std::remove_if(lines.begin(), lines.end(), [=](auto& l) { return l.from_client != client; }),
                    lines.end());
    };
    switch (change) {
        case Damage::Drop: lines.erase(at); break;
        case Damage::Duplicate: lines.insert(at, *at); break;
        case Damage::Swap: swap_neighbours(lines, i); break;
        case Damage::Cut: lines.erase(at, lines.end()); break;
        case Damage::ClientOnly: keep(true); break;
        case Damage::ServerOnly: keep(false); break;
    }
    return lines;
}

std::string describe(const char* trace, Damage change, size_t i, const std::vector<trace::Line>& lines) {
    return std::string(trace) + "\n    " + name_of(change) + " frame " + std::to_string(i + 1) + ": " + lines[i].text;
}

void perturb(Damage change) {
    std::string failures;
    int count = 0;
    for (const auto& named : trace::all()) {
        auto const lines = trace::parse(named.text);
        for (const trace::Variant& variant : trace::variants()) {
            if (variant.ports_exchanged) continue;
            Alarms const justified(verdicts_of(trace::play(lines, variant)));
            bool const whole = change == Damage::ClientOnly || change == Damage::ServerOnly;
            size_t const places = whole ? 1 : change == Damage::Swap ? lines.size() - 1 : lines.size();
            for (size_t i = 0; i < places; ++i) {
                auto const result = trace::play(changed(lines, change, i), variant);
                auto const extra = Alarms(verdicts_of(result)).beyond(justified);
                if (extra.empty() || is_known(named.name, change, i + 1)) continue;
                if (&variant != &trace::variants().front() && failures.find(named.name) != std::string::npos) continue;
                failures += describe(named.name, change, i, lines) + "\n    gives" + extra + "\n";
                ++count;
            }
        }
    }
    INFO(count << " false alarms:\n" << failures);
    CHECK(failures.empty());
}

std::string online_fields(const trace::Run& run, size_t line) {
    std::string all;
    for (const Field& field : fields()) {
        if (field.hindsight) continue;
        for (const auto& value : run.values(line, field, false)) all += std::string(field.name) + "=" + value + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("any one segment lost gives no false alarm", "[perturbation]") { perturb(Damage::Drop); }
TEST_CASE("any one segment twice gives no false alarm", "[perturbation]") { perturb(Damage::Duplicate); }
TEST_CASE("any two neighbours swapped give no false alarm", "[perturbation]") { perturb(Damage::Swap); }
TEST_CASE("a capture that ends anywhere gives no false alarm", "[perturbation]") { perturb(Damage::Cut); }
TEST_CASE("the client's direction alone gives no false alarm", "[perturbation]") { perturb(Damage::ClientOnly); }
TEST_CASE("the server's direction alone gives no false alarm", "[perturbation]") { perturb(Damage::ServerOnly); }

TEST_CASE("a capture that begins anywhere gives no false alarm", "[perturbation]") {
    std::string failures;
    for (const auto& named : trace::all()) {
        auto const lines = trace::parse(named.text);
        const trace::Variant& variant = trace::variants().front();
        Alarms const justified(verdicts_of(trace::play(lines, variant)));
        for (size_t i = 1; i < lines.size(); ++i) {
            std::vector<trace::Line> const rest(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.end());
            auto const extra = Alarms(verdicts_of(trace::play(rest, variant))).beyond(justified);
            if (!extra.empty())
                failures += std::string(named.name) + " from frame " + std::to_string(i + 1) + ":" + extra + "\n";
        }
    }
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("online fields do not change when the capture goes on", "[perturbation]") {
    std::string failures;
    const trace::Variant& variant = trace::variants().front();
    for (const auto& named : trace::all()) {
        auto const lines = trace::parse(named.text);
        auto const whole = trace::play(lines, variant);
        for (size_t end = 1; end < lines.size(); ++end) {
            auto const cut = trace::play(changed(lines, Damage::Cut, end), variant);
            for (size_t i = 0; i < end; ++i) {
                std::string const before = online_fields(cut, i), after = online_fields(whole, i);
                if (before == after) continue;
                failures += describe(named.name, Damage::Cut, end, lines) + "\n  changes frame " +
                            std::to_string(i + 1) + "\n" + before + "to\n" + after;
                end = lines.size();
                break;
            }
        }
    }
    INFO(failures);
    CHECK(failures.empty());
}
