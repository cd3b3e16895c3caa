// SPDX-License-Identifier: GPL-2.0-or-later
#include "statistics.hpp"

#include "display.hpp"
#include "dissection.hpp"
#include "events.hpp"
#include "names.hpp"
#include "tap.hpp"

namespace tcpstate {
namespace {

constexpr const char* connections_node = "Connections by outcome";
constexpr const char* half_open_node = "Half-open connections";
constexpr const char* half_closed_node = "Half-closed connections";
constexpr const char* embryonic_node = "Embryonic connections";
constexpr const char* resets_node = "RST segments by cause";
constexpr const char* remarks_node = "Remarks about the capture";

constexpr const char* half_open_names[] = {"", "suspected, never resolved", "suspected, recovered", "confirmed"};
static_assert(std::size(half_open_names) == static_cast<size_t>(HalfOpenResult::Count));

int parent(stats_tree* tree, const char* name) { return stats_tree_parent_id_by_name(tree, name); }

void set(stats_tree* tree, const char* node, const char* under, int value) {
    stats_tree_manip_node_int(MN_SET, tree, node, under == nullptr ? 0 : parent(tree, under), under == nullptr, value);
}

int& count_of(TreeCounts& counts, Outcome outcome) { return counts.by_outcome[static_cast<size_t>(outcome)]; }

void count_outcome(stats_tree* tree, TreeCounts& counts, ConnectionCount& connection, Outcome outcome) {
    if (connection.is_counted && connection.outcome == outcome) return;
    if (connection.is_counted)
        set(tree, name(connection.outcome), connections_node, --count_of(counts, connection.outcome));
    else
        set(tree, connections_node, nullptr, ++counts.connections);
    connection.is_counted = true;
    connection.outcome = outcome;
    set(tree, name(outcome), connections_node, ++count_of(counts, outcome));
}

HalfOpenResult half_open_result(const Verdict& verdict, HalfOpenResult before) {
    if (verdict.half_open.kind == HalfOpenKind::Confirmed) return HalfOpenResult::Confirmed;
    if (before == HalfOpenResult::Confirmed) return before;
    if (verdict.half_open.kind == HalfOpenKind::Suspected) return HalfOpenResult::Suspected;
    return (verdict.events & bit(Event::HalfOpenRecovered)) != 0 ? HalfOpenResult::Recovered : before;
}

void count_half_open(stats_tree* tree, TreeCounts& counts, ConnectionCount& connection, HalfOpenResult now) {
    if (now == connection.half_open) return;
    auto const show = [&](HalfOpenResult end, int step) {
        auto const i = static_cast<size_t>(end);
        set(tree, half_open_names[i], half_open_node, counts.by_half_open[i] += step);
    };
    if (connection.half_open == HalfOpenResult::Never)
        set(tree, half_open_node, nullptr, ++counts.half_open);
    else
        show(connection.half_open, -1);
    show(now, 1);
    connection.half_open = now;
}

void count_half_closed(stats_tree* tree, TreeCounts& counts, ConnectionCount& connection, const Verdict& verdict) {
    bool const now = verdict.half_closed != MaybeRole::None;
    if (now && !connection.half_closed) {
        connection.half_closed = true;
        set(tree, half_closed_node, nullptr, ++counts.half_closed);
    }
    if (now && verdict.half_close.bytes > 0 && !connection.half_closed_data) {
        connection.half_closed_data = true;
        set(tree, "with data after the FIN", half_closed_node, ++counts.half_closed_data);
    }
    set(tree, "without data after the FIN", half_closed_node, counts.half_closed - counts.half_closed_data);
    if ((verdict.events & bit(Event::HalfClosedLong)) != 0 && !connection.half_closed_long) {
        connection.half_closed_long = true;
        set(tree, "longer than the threshold", half_closed_node, ++counts.half_closed_long);
    }
}

void count_reset(stats_tree* tree, const Verdict& verdict) {
    tick_stat_node(tree, resets_node, 0, TRUE);
    const char* const cause = name(verdict.reset.cause);
    int const node = tick_stat_node(tree, cause, parent(tree, resets_node), TRUE);
    tick_stat_node(tree, verdict.sender == Role::Client ? "by the client" : "by the server", node, FALSE);
}

/// There are none in most captures, so the node appears with the first.
void count_remark(stats_tree* tree, const Tapped& tapped) {
    Text text;
    text.add("%s, from frame %u on", name(tapped.verdict.annotations.remark), tapped.frame);
    tick_stat_node(tree, remarks_node, 0, TRUE);
    tick_stat_node(tree, text.c_str(), parent(tree, remarks_node), FALSE);
}

void count(stats_tree* tree, const Tapped& tapped, const Tracker& tracker) {
    TreeCounts& counts = display().tree_counts[tree];
    // Another file, or the same from its beginning: Wireshark has set the nodes to 0 and tells us nothing.
    if (tapped.session != counts.session || tapped.frame < counts.newest_frame) counts = TreeCounts{};
    counts.session = tapped.session;
    counts.newest_frame = tapped.frame;

    const Verdict& verdict = tapped.verdict;
    if (verdict.conn >= counts.by_conn.size()) counts.by_conn.resize(size_t{verdict.conn} + 1);
    ConnectionCount& connection = counts.by_conn[verdict.conn];
    count_outcome(tree, counts, connection, tracker.connection(verdict.conn).outcome());
    count_half_open(tree, counts, connection, half_open_result(verdict, connection.half_open));
    count_half_closed(tree, counts, connection, verdict);
    if (verdict.embryonic.kind != EmbryonicKind::None && !connection.embryonic) {
        connection.embryonic = true;
        set(tree, embryonic_node, nullptr, ++counts.embryonic);
    }
    if (verdict.is_reset() && verdict.annotations.copy_of == 0) count_reset(tree, verdict);
    if (verdict.annotations.remark != Remark::None) count_remark(tree, tapped);
}

void begin_tree(stats_tree* tree) try {
    display().tree_counts.erase(tree);
    int const all = stats_tree_create_node(tree, connections_node, 0, STAT_DT_INT, TRUE);
    for (unsigned i = 0; i < static_cast<unsigned>(Outcome::Count); ++i)
        stats_tree_create_node(tree, name(static_cast<Outcome>(i)), all, STAT_DT_INT, FALSE);
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

void end_tree(stats_tree* tree) try { display().tree_counts.erase(tree); } catch (...) {
    ws_warning("the figures of a closed tree stay in memory");
}

tap_packet_status note_segment(stats_tree* tree, packet_info*, epan_dissect_t*, const void* data, tap_flags_t) try {
    const Session* const open = session();
    const Tracker* const tracker = open != nullptr ? open->tracker() : nullptr;
    if (tracker == nullptr) return TAP_PACKET_DONT_REDRAW;
    count(tree, *static_cast<const Tapped*>(data), *tracker);
    return TAP_PACKET_REDRAW;
} catch (...) {
    ws_warning("out of memory: the statistics are incomplete");
    return TAP_PACKET_FAILED;
}

}  // namespace

void register_statistics() {
    stats_tree_register_plugin("tcpstate", "tcpstate", "TCP State", TL_REQUIRES_ERROR_PACKETS, note_segment, begin_tree,
                               end_tree);
}

}  // namespace tcpstate
