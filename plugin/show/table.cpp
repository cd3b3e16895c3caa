// SPDX-License-Identifier: GPL-2.0-or-later
#include "table.hpp"

#include <array>
#include <cinttypes>
#include <cstring>

#include "columns.hpp"
#include "command_line.hpp"
#include "display.hpp"
#include "dissection.hpp"
#include "reader.hpp"

#include <cfile.h>  // the capture_file that plugin_if_get_capture_file() hands out
#include <epan/frame_data_sequence.h>
#include <epan/plugin_if.h>

namespace tcpstate {
namespace {

constexpr const char* title = "TCP State: connections";

/// Whether every connection has a value. A number of Wireshark's table cannot be absent, so other numbers are text.
enum class Filled : bool { Sometimes, Always };

/// A column of the window, and the column of the connection's row that it shows.
struct WindowColumn {
    const char* title;
    ColumnId column;
    Filled filled = Filled::Sometimes;
};

/// The window has no way to lead to the packets of a row, so the first title says what to filter for.
constexpr WindowColumn window_columns[] = {
    {"tcpstate.conn", ColumnId::Conn, Filled::Always},
    {"Client", ColumnId::Client},
    {"Port", ColumnId::ClientPort, Filled::Always},
    {"Server", ColumnId::Server},
    {"Port", ColumnId::ServerPort, Filled::Always},
    {"Frame", ColumnId::FirstFrame, Filled::Always},
    {"Duration (s)", ColumnId::Duration, Filled::Always},
    {"Client state", ColumnId::ClientState},
    {"Server state", ColumnId::ServerState},
    {"Outcome", ColumnId::Outcome},
    {"Closed first", ColumnId::ClosedFirst},
    {"Half-open", ColumnId::HalfOpen},
    {"Gone", ColumnId::HalfOpenGone},
    {"Half-open (s)", ColumnId::HalfOpenDuration},
    {"Half-closed by", ColumnId::HalfClosed},
    {"Half-closed (s)", ColumnId::HalfClosedDuration},
    {"Embryonic", ColumnId::Embryonic},
    {"RST cause", ColumnId::RstCause},
    {"RST by", ColumnId::RstBy},
    {"Client bytes", ColumnId::ClientBytes, Filled::Always},
    {"Server bytes", ColumnId::ServerBytes, Filled::Always},
    {"Idle before the end (s)", ColumnId::CloseIdle},
    {"RST answers", ColumnId::RstTrigger},
    {"RST TTL", ColumnId::RstTtlDelta},
    {"What happened", ColumnId::Sentence},
};
constexpr size_t width = std::size(window_columns);

/// How the window keeps and prints the values of a column. Its integers have 32 bits, so bytes are no integers.
struct Shown {
    stat_tap_table_item_enum type;
    const char* format;
};
Shown shown(const WindowColumn& window_column) {
    if (window_column.filled == Filled::Sometimes) return {TABLE_ITEM_STRING, "%s"};
    switch (column(window_column.column).type) {
        case ColumnType::Bytes: return {TABLE_ITEM_FLOAT, "%.0f"};
        case ColumnType::Duration: return {TABLE_ITEM_FLOAT, "%.6f"};
        default: return {TABLE_ITEM_UINT, "%u"};
    }
}
bool is_number(const WindowColumn& window_column) { return !is_text(column(window_column.column).type); }

WindowRows& state() { return display().window_rows; }

void set_text(stat_tap_table_item_type& item, const char* text) {
    if (item.value.string_value != nullptr && std::strcmp(item.value.string_value, text) == 0) return;
    g_free(const_cast<char*>(item.value.string_value));
    item.value.string_value = g_strdup(text);
}

/// The text of a cell that may be empty. Rows are sorted by it, so numbers are padded to one length.
void add_cell(ColumnType type, const Value& value, Text& text) {
    switch (type) {
        case ColumnType::String:
        case ColumnType::Prose: text.add("%s", value.text.c_str()); break;
        case ColumnType::Duration: text.add("%16.6f", static_cast<double>(value.signed_number) / 1e9); break;
        case ColumnType::Signed: text.add("%+6" PRId64, value.signed_number); break;
        default: text.add("%10" PRIu64, value.number);
    }
}

void fill(stat_tap_table_item_type& item, const WindowColumn& what, const ConnectionView& connection) {
    const Column& source = column(what.column);
    Value value;
    bool const there = source.get(connection, value);
    if (what.filled == Filled::Sometimes) {
        Text text;
        if (there) add_cell(source.type, value, text);
        return set_text(item, text.c_str());
    }
    switch (source.type) {
        case ColumnType::Bytes: item.value.float_value = static_cast<double>(value.number); break;
        case ColumnType::Duration: item.value.float_value = static_cast<double>(value.signed_number) / 1e9; break;
        default: item.value.uint_value = static_cast<unsigned>(value.number);
    }
}

/// The row of a connection, a new one if it is met for the first time.
uint32_t row_of(stat_tap_table* table, uint32_t conn) {
    auto& rows = state().row_of;
    if (conn >= rows.size()) rows.resize(size_t{conn} + 1);
    if (rows[conn] == 0) {
        std::array<stat_tap_table_item_type, width> items{};
        for (size_t i = 0; i < width; ++i) items[i].type = shown(window_columns[i]).type;
        stat_tap_init_table_row(table, table->num_elements, width, items.data());
        rows[conn] = table->num_elements;
    }
    return rows[conn] - 1;
}

void set_row(stat_tap_table* table, const Tracker& tracker, uint32_t conn) {
    const ConnectionRows& rows = state().noted.rows();
    ConnectionView const connection{rows.all()[conn], tracker, conn, rows.end()};
    uint32_t const row = row_of(table, conn);
    for (unsigned i = 0; i < width; ++i) fill(*stat_tap_get_field_data(table, row, i), window_columns[i], connection);
}

/// A connection has a row from its first packet on that the window's display filter lets pass; the row tells of all its
/// packets. In tshark nothing is known of the filter by now.
bool is_displayed(const packet_info& pinfo, uint32_t conn) {
    auto const& rows = state().row_of;
    bool const has_row = conn < rows.size() && rows[conn] != 0;
    return has_row || pinfo.fd->passed_dfilter != 0 || !has_window();
}

tap_packet_status note(void* data, packet_info* pinfo, epan_dissect_t*, const void* tapped, tap_flags_t) try {
    const auto* const stat = static_cast<const stat_data_t*>(data);
    const Tapped& here = *static_cast<const Tapped*>(tapped);
    const Session* const open = session();
    if (open == nullptr || open->tracker() == nullptr || !here.verdict.is_segment) return TAP_PACKET_DONT_REDRAW;
    state().noted.note(here);
    if (!is_displayed(*pinfo, here.verdict.conn)) return TAP_PACKET_DONT_REDRAW;
    set_row(g_array_index(stat->stat_tap_data->tables, stat_tap_table*, 0), *open->tracker(), here.verdict.conn);
    return TAP_PACKET_REDRAW;
} catch (...) {
    ws_warning("out of memory: the table is incomplete");
    return TAP_PACKET_FAILED;
}

void free_item(stat_tap_table*, unsigned, unsigned column, stat_tap_table_item_type* item) {
    if (shown(window_columns[column]).type != TABLE_ITEM_STRING) return;  // nothing here can throw
    g_free(const_cast<char*>(item->value.string_value));
    item->value.string_value = nullptr;
}

/// Each connection's sockets, from its client to its server.
std::vector<Path> paths_of(const Tracker& tracker) {
    std::vector<Path> paths(tracker.size());
    tracker.each_path([&](const Path& path, uint32_t conn) {
        for (; conn != no_index; conn = tracker.connection(conn).previous()) {
            bool const from_client = tracker.connection(conn).role_of(Side::A) == Role::Client;
            paths[conn] = from_client ? path : Path{path.destination, path.source};
        }
    });
    return paths;
}

/// While Wireshark reads, filters or counts it does not hand the packets to a new window, and never makes up for that.
/// So the window shows what the session knows, of all connections.
void* fill_while_busy(capture_file* file, void* data) try {
    const Session* const open = session();
    if (file == nullptr || !file->read_lock || open == nullptr || open->tracker() == nullptr) return nullptr;
    const Tracker& tracker = *open->tracker();
    std::vector<Path> const paths = paths_of(tracker);
    for (uint64_t number = 1; number <= open->newest_frame(); ++number) {
        auto const frame = static_cast<uint32_t>(number);
        const frame_data* const known = frame_data_sequence_find(file->provider.frames, frame);
        if (known == nullptr) continue;
        open->each(frame, [&](const Verdict& verdict) {
            if (!verdict.is_segment) return;
            const Path& path = paths[verdict.conn];
            bool const by_client = verdict.sender == Role::Client;
            state().noted.note(open->serial(), by_client ? path : Path{path.destination, path.source}, verdict,
                               {nanoseconds(known->abs_ts), frame});
        });
    }
    for (uint32_t conn = 0; conn < state().noted.rows().all().size(); ++conn)
        if (state().noted.rows().all()[conn].first.frame != 0)
            set_row(static_cast<stat_tap_table*>(data), tracker, conn);
    return nullptr;
} catch (...) {
    ws_warning("out of memory: the table is incomplete");
    return nullptr;
}

/// Another pass over the capture begins. Rows that are shown in a window are looked at when it is sorted.
void reset(stat_tap_table* table) {
    auto& old_rows = state().old_rows;
    try {
        old_rows.insert(old_rows.end(), table->elements, table->elements + table->num_elements);
    } catch (...) {
        ws_warning("out of memory: the rows of the old table stay in memory");
    }
    table->num_elements = 0;
    state().noted.clear();
    state().row_of.clear();
}

void reset_table(stat_tap_table* table) try {
    reset(table);
    if (has_window()) plugin_if_get_capture_file(fill_while_busy, table);
} catch (...) {
    ws_warning("out of memory: the table shows old rows");
}

void free_old_rows() {
    for (stat_tap_table_item_type* const row : state().old_rows) {
        for (unsigned i = 0; i < width; ++i) free_item(nullptr, 0, i, &row[i]);
        g_free(row);
    }
    state().old_rows.clear();
}

void begin(stat_tap_table_ui* ui) try {
    stat_tap_table* const old = ui->tables == nullptr ? nullptr : stat_tap_find_table(ui, title);
    if (old == nullptr) stat_tap_add_table(ui, stat_tap_init_table(title, width, 0, nullptr));  // tshark asks for one
    if (ui->refcount <= 1) free_old_rows();  // the only window has cleared them away since
    if (old != nullptr) return reset(old);
    state().noted.clear();
    state().row_of.clear();
} catch (...) {
    ws_warning("out of memory: no table");
}

}  // namespace

/// Wireshark keeps the addresses until it ends, and writes into the table's description.
void register_table() {
    wmem_allocator_t* const memory = wmem_epan_scope();
    auto* const items = wmem_alloc_array(memory, stat_tap_table_item, width);
    for (size_t i = 0; i < width; ++i) {
        auto const [type, format] = shown(window_columns[i]);
        items[i] = {type, is_number(window_columns[i]) ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT, window_columns[i].title,
                    format};
    }
    auto* const filter = wmem_new0(memory, tap_param);
    *filter = {PARAM_FILTER, "filter", "Filter", nullptr, TRUE};
    auto* const ui = wmem_new0(memory, stat_tap_table_ui);
    ui->group = REGISTER_PACKET_STAT_GROUP_UNSORTED;
    ui->title = title;
    ui->tap_name = "tcpstate";
    ui->cli_string = "tcpstate,table";
    ui->stat_tap_init_cb = begin;
    ui->packet_func = note;
    ui->stat_tap_reset_table_cb = reset_table;
    ui->stat_tap_free_table_item_cb = free_item;
    ui->nfields = width;
    ui->fields = items;
    ui->nparams = 1;
    ui->params = filter;
    register_stat_tap_table_ui(ui);
}

}  // namespace tcpstate
