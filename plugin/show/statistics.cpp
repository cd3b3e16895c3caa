// SPDX-License-Identifier: GPL-2.0-or-later
#include "statistics.hpp"

#include <array>
#include <map>
#include <vector>

#include "compat.hpp"
#include "events.hpp"
#include "names.hpp"
#include "tap.hpp"

#include <epan/stats_tree.h>

namespace tcpstate {
namespace {

constexpr const char* connections_node = "Connections by outcome";
constexpr const char* half_open_node = "Half-open connections";
constexpr const char* half_closed_node = "Half-closed connections";
constexpr const char* embryonic_node = "Embryonic connections";
constexpr const char* resets_node = "RST segments by cause";

constexpr Outcome outcomes[] = {Outcome::Closed,   Outcome::HalfClosed, Outcome::HalfOpen,  Outcome::Crashed,
                                Outcome::Refused,  Outcome::Unanswered, Outcome::Embryonic, Outcome::Aborted,
                                Outcome::TimedOut, Outcome::Open,       Outcome::Unknown};

enum class HalfOpenEnd : uint8_t { Never, Suspected, Recovered, Confirmed };
constexpr const char* half_open_names[] = {"", "suspected, never resolved", "suspected, recovered", "confirmed"};

/// What a connection is counted as at present; it can move from one count to another with every segment.
struct Counted {
    Outcome outcome = Outcome::Unknown;
    HalfOpenEnd half_open = HalfOpenEnd::Never;
    bool is_counted : 1 = false;
    bool half_closed : 1 = false;
    bool half_closed_data : 1 = false;
    bool half_closed_long : 1 = false;
    bool embryonic : 1 = false;
};

/// The figures of one tree.
struct Census {
    std::vector<Counted> by_conn;
    uint32_t session = 0;
    uint32_t newest_frame = 0;
    int connections = 0, half_open = 0, half_closed = 0, half_closed_data = 0, half_closed_long = 0, embryonic = 0;
    std::array<int, std::size(outcomes)> by_outcome{};
    std::array<int, std::size(half_open_names)> by_half_open{};
};

/// A statistics tree has no room for data of its owner.
std::map<const stats_tree*, Census>& censuses() {
    static auto* const all = new std::map<const stats_tree*, Census>;
    return *all;
}

int parent(stats_tree* tree, const char* name) { return stats_tree_parent_id_by_name(tree, name); }

void set(stats_tree* tree, const char* node, const char* under, int value) {
    stats_tree_manip_node_int(MN_SET, tree, node, under == nullptr ? 0 : parent(tree, under), under == nullptr, value);
}

int& count_of(Census& census, Outcome outcome) {
    size_t i = 0;
    while (i + 1 < std::size(outcomes) && outcomes[i] != outcome) ++i;
    return census.by_outcome[i];
}

void count_outcome(stats_tree* tree, Census& census, Counted& counted, Outcome outcome) {
    if (counted.is_counted && counted.outcome == outcome) return;
    if (counted.is_counted)
        set(tree, name(counted.outcome), connections_node, --count_of(census, counted.outcome));
    else
        set(tree, connections_node, nullptr, ++census.connections);
    counted.is_counted = true;
    counted.outcome = outcome;
    set(tree, name(outcome), connections_node, ++count_of(census, outcome));
}

HalfOpenEnd half_open_end(const Verdict& verdict, HalfOpenEnd before) {
    if (verdict.half_open.kind == HalfOpenKind::Confirmed) return HalfOpenEnd::Confirmed;
    if (before == HalfOpenEnd::Confirmed) return before;
    if (verdict.half_open.kind == HalfOpenKind::Suspected) return HalfOpenEnd::Suspected;
    return (verdict.events & bit(Event::HalfOpenRecovered)) != 0 ? HalfOpenEnd::Recovered : before;
}

void count_half_open(stats_tree* tree, Census& census, Counted& counted, HalfOpenEnd now) {
    if (now == counted.half_open) return;
    auto const show = [&](HalfOpenEnd end, int step) {
        auto const i = static_cast<size_t>(end);
        set(tree, half_open_names[i], half_open_node, census.by_half_open[i] += step);
    };
    if (counted.half_open == HalfOpenEnd::Never)
        set(tree, half_open_node, nullptr, ++census.half_open);
    else
        show(counted.half_open, -1);
    show(now, 1);
    counted.half_open = now;
}

void count_half_closed(stats_tree* tree, Census& census, Counted& counted, const Verdict& verdict) {
    bool const now = verdict.half_closed != MaybeRole::None;
    if (now && !counted.half_closed) {
        counted.half_closed = true;
        set(tree, half_closed_node, nullptr, ++census.half_closed);
    }
    if (now && verdict.half_close.bytes > 0 && !counted.half_closed_data) {
        counted.half_closed_data = true;
        set(tree, "with data after the FIN", half_closed_node, ++census.half_closed_data);
    }
    set(tree, "without data after the FIN", half_closed_node, census.half_closed - census.half_closed_data);
    if ((verdict.events & bit(Event::HalfClosedLong)) != 0 && !counted.half_closed_long) {
        counted.half_closed_long = true;
        set(tree, "longer than the threshold", half_closed_node, ++census.half_closed_long);
    }
}

void count_reset(stats_tree* tree, const Verdict& verdict) {
    tick_stat_node(tree, resets_node, 0, TRUE);
    const char* const cause = name(verdict.reset.cause);
    int const node = tick_stat_node(tree, cause, parent(tree, resets_node), TRUE);
    tick_stat_node(tree, verdict.sender == Role::Client ? "by the client" : "by the server", node, FALSE);
}

void count(stats_tree* tree, const Tapped& tapped) {
    Census& census = censuses()[tree];
    // Another file, or the same from its beginning: Wireshark has set the nodes to 0 and tells us nothing.
    if (tapped.session != census.session || tapped.frame < census.newest_frame) census = Census{};
    census.session = tapped.session;
    census.newest_frame = tapped.frame;

    const Verdict& verdict = tapped.verdict;
    if (verdict.conn >= census.by_conn.size()) census.by_conn.resize(verdict.conn + 1U);
    Counted& counted = census.by_conn[verdict.conn];
    count_outcome(tree, census, counted, tapped.tracker->connection(verdict.conn).outcome());
    count_half_open(tree, census, counted, half_open_end(verdict, counted.half_open));
    count_half_closed(tree, census, counted, verdict);
    if (verdict.embryonic.kind != EmbryonicKind::None && !counted.embryonic) {
        counted.embryonic = true;
        set(tree, embryonic_node, nullptr, ++census.embryonic);
    }
    if (verdict.is_reset() && verdict.annotations.copy_of == 0) count_reset(tree, verdict);
}

void begin_tree(stats_tree* tree) try {
    censuses().erase(tree);
    int const all = stats_tree_create_node(tree, connections_node, 0, STAT_DT_INT, TRUE);
    for (Outcome const outcome : outcomes) stats_tree_create_node(tree, name(outcome), all, STAT_DT_INT, FALSE);
    int const half_open = stats_tree_create_node(tree, half_open_node, 0, STAT_DT_INT, TRUE);
    for (size_t i = 1; i < std::size(half_open_names); ++i) {
        stats_tree_create_node(tree, half_open_names[i], half_open, STAT_DT_INT, FALSE);
    }
    int const half_closed = stats_tree_create_node(tree, half_closed_node, 0, STAT_DT_INT, TRUE);
    for (const char* node : {"with data after the FIN", "without data after the FIN", "longer than the threshold"}) {
        stats_tree_create_node(tree, node, half_closed, STAT_DT_INT, FALSE);
    }
    stats_tree_create_node(tree, embryonic_node, 0, STAT_DT_INT, TRUE);
    stats_tree_create_node(tree, resets_node, 0, STAT_DT_INT, TRUE);
} catch (...) {
    ws_warning("out of memory: no statistics");
}

void end_tree(stats_tree* tree) { censuses().erase(tree); }

tap_packet_status note_segment(stats_tree* tree, packet_info*, epan_dissect_t*, const void* data, tap_flags_t) try {
    count(tree, *static_cast<const Tapped*>(data));
    return TAP_PACKET_REDRAW;
} catch (...) {
    return TAP_PACKET_FAILED;
}

}  // namespace

void register_statistics() {
    stats_tree_register_plugin("tcpstate", "tcpstate", "TCP State", TL_REQUIRES_ERROR_PACKETS, note_segment, begin_tree,
                               end_tree);
}

}  // namespace tcpstate
