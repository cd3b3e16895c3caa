// SPDX-License-Identifier: GPL-2.0-or-later
#include "table.hpp"

#include <array>
#include <cstdlib>
#include <cstring>

#include "display.hpp"
#include "dissection.hpp"

namespace tcpstate {
namespace {

constexpr const char* title = "TCP State: connections";

/// A column of the window, and the column of the connection's row that it shows.
struct WindowColumn {
    const char* title;
    const char* column;
    stat_tap_table_item_enum type;
    const char* format;
};

// clang-format off
/// The window has no way to lead to the packets of a row, so the first title says what to filter for.
constexpr WindowColumn window_columns[] = {
    {"tcpstate.conn", "conn", TABLE_ITEM_UINT, "%u"},
    {"Client", "client", TABLE_ITEM_STRING, "%s"},
    {"Port", "client_port", TABLE_ITEM_UINT, "%u"},
    {"Server", "server", TABLE_ITEM_STRING, "%s"},
    {"Port", "server_port", TABLE_ITEM_UINT, "%u"},
    {"Frame", "first_frame", TABLE_ITEM_UINT, "%u"},
    {"Duration (s)", "duration", TABLE_ITEM_FLOAT, "%.6f"},
    {"Client state", "client_state", TABLE_ITEM_STRING, "%s"},
    {"Server state", "server_state", TABLE_ITEM_STRING, "%s"},
    {"Outcome", "outcome", TABLE_ITEM_STRING, "%s"},
    {"Closed first", "closed_first", TABLE_ITEM_STRING, "%s"},
    {"Half-open", "half_open", TABLE_ITEM_STRING, "%s"},
    {"Gone", "half_open_gone", TABLE_ITEM_STRING, "%s"},
    {"Half-open (s)", "half_open_duration", TABLE_ITEM_FLOAT, "%.6f"},
    {"Half-closed by", "half_closed", TABLE_ITEM_STRING, "%s"},
    {"Half-closed (s)", "half_closed_duration", TABLE_ITEM_FLOAT, "%.6f"},
    {"Embryonic", "embryonic", TABLE_ITEM_STRING, "%s"},
    {"RST cause", "rst_cause", TABLE_ITEM_STRING, "%s"},
    {"RST by", "rst_by", TABLE_ITEM_STRING, "%s"},
    {"Client bytes", "client_bytes", TABLE_ITEM_FLOAT, "%.0f"},  // Wireshark's integers have 32 bits here
    {"Server bytes", "server_bytes", TABLE_ITEM_FLOAT, "%.0f"},
};
// clang-format on
constexpr size_t width = std::size(window_columns);

const Column& column_named(const char* name) {
    for (const Column& column : columns()) {
        if (std::strcmp(column.name, name) == 0) return column;
    }
    std::abort();  // the table above is wrong, and every test of it stops here
}

WindowRows& state() { return display().window_rows; }

void fill(stat_tap_table_item_type& item, const WindowColumn& what, const Text& text) {
    switch (what.type) {
        case TABLE_ITEM_UINT:
            item.value.uint_value = static_cast<unsigned>(std::strtoul(text.c_str(), nullptr, 10));
            break;
        case TABLE_ITEM_FLOAT: item.value.float_value = g_ascii_strtod(text.c_str(), nullptr); break;
        default:
            if (item.value.string_value != nullptr && std::strcmp(item.value.string_value, text.c_str()) == 0) break;
            g_free(const_cast<char*>(item.value.string_value));
            item.value.string_value = g_strdup(text.c_str());
    }
}

const std::array<const Column*, width>& sources() {
    static auto const all = [] {
        std::array<const Column*, width> found{};
        for (size_t i = 0; i < width; ++i) found[i] = &column_named(window_columns[i].column);
        return found;
    }();
    return all;
}

/// The row of a connection, a new one if it is met for the first time.
uint32_t row_of(stat_tap_table* table, uint32_t conn) {
    auto& rows = state().row_of;
    if (conn >= rows.size()) rows.resize(size_t{conn} + 1);
    if (rows[conn] == 0) {
        std::array<stat_tap_table_item_type, width> items{};
        for (size_t i = 0; i < width; ++i) items[i].type = window_columns[i].type;
        stat_tap_init_table_row(table, table->num_elements, width, items.data());
        rows[conn] = table->num_elements;
    }
    return rows[conn] - 1;
}

void set_row(stat_tap_table* table, const Session& open, uint32_t conn) {
    const ConnectionRow& entry = state().rows.all()[conn];
    uint32_t const row = row_of(table, conn);
    for (unsigned i = 0; i < width; ++i) {
        Text text;
        cell(*sources()[i], open, entry, conn, text);
        fill(*stat_tap_get_field_data(table, row, i), window_columns[i], text);
    }
}

tap_packet_status note(void* data, packet_info*, epan_dissect_t*, const void* tapped, tap_flags_t) try {
    const auto* const stat = static_cast<const stat_data_t*>(data);
    const Tapped& here = *static_cast<const Tapped*>(tapped);
    const Session* const open = session();
    if (open == nullptr || open->tracker() == nullptr || !here.verdict.is_segment) return TAP_PACKET_DONT_REDRAW;
    state().rows.note(here);
    set_row(g_array_index(stat->stat_tap_data->tables, stat_tap_table*, 0), *open, here.verdict.conn);
    return TAP_PACKET_REDRAW;
} catch (...) {
    ws_warning("out of memory: the table is incomplete");
    return TAP_PACKET_FAILED;
}

void free_item(stat_tap_table*, unsigned, unsigned column, stat_tap_table_item_type* item) {
    if (window_columns[column].type != TABLE_ITEM_STRING) return;  // nothing here can throw
    g_free(const_cast<char*>(item->value.string_value));
    item->value.string_value = nullptr;
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
    state().rows.clear();
    state().row_of.clear();
}

void reset_table(stat_tap_table* table) try { reset(table); } catch (...) {
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
    state().rows.clear();
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
        items[i] = {window_columns[i].type,
                    window_columns[i].type == TABLE_ITEM_STRING ? TAP_ALIGN_LEFT : TAP_ALIGN_RIGHT,
                    window_columns[i].title, window_columns[i].format};
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
