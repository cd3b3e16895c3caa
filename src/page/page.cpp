// SPDX-License-Identifier: GPL-2.0-or-later
#include "page.hpp"

#include <algorithm>

#include "columns.hpp"
#include "conclusions.hpp"
#include "connection_json.hpp"
#include "embedded.hpp"
#include "far_side.hpp"
#include "idle_timeouts.hpp"
#include "inline_json.hpp"
#include "vocabulary.hpp"

namespace tcpstate {
namespace {

constexpr std::string_view place_of_data = "<!-- tcpstate:data -->";
constexpr size_t most_data = 20'000'000;  // bytes, of which segments take what the table leaves
constexpr size_t least_for_segments = 5'000'000;
constexpr size_t usual_chunk = 100'000;
constexpr size_t most_connections_of_finding = 1000;

class Page {
public:
    Page(const PageSource& source, const PageOptions& options, const PageSink& sink)
        : source_(source), options_(options), sink_(sink), connection_(source, options.hide_answers) {}

    void write() {
        std::string_view const page = embedded::page();
        size_t const place = page.find(place_of_data);
        sink_(page.substr(0, place));
        choose_connections();
        Json const rows = table();
        write_chunks(most_data - std::min(rows.text().size(), most_data - least_for_segments));
        write_capture(rows);
        if (place != std::string_view::npos) sink_(page.substr(place + place_of_data.size()));
    }

private:
    static Json json() { return Json(add_inline_json_string); }
    ConnectionView view_of(uint32_t conn) const {
        return {source_.rows.all()[conn], source_.tracker, conn, source_.rows.end()};
    }
    void choose_connections() {
        for (uint32_t conn = 0; conn < source_.rows.all().size(); ++conn)
            if (source_.rows.all()[conn].first.frame != 0 && (!options_.conn || *options_.conn == conn))
                connections_.push_back(conn);
    }
    Json table() const {
        Json rows = json();
        for (uint32_t const conn : connections_) {
            rows.begin('[');
            for (const Column& column : columns()) {
                Text text;
                if (!print_cell(column, view_of(conn), text))
                    rows.null();
                else if (is_text(column.type))
                    rows.value(text.view());
                else
                    rows.raw(text.view());
            }
            rows.end(']');
        }
        return rows;
    }
    void write_element(const std::string& id, const std::string& text) {
        sink_(R"(<script type="application/json" id=")" + id + R"(">)");
        sink_(text);
        sink_("</script>\n");
    }
    size_t least_size(uint32_t conn) const;
    void write_chunks(size_t room);
    void write_chunk(Json& chunk) {
        if (chunk.text().empty()) return;
        write_element("chunk-" + std::to_string(chunks_), "{" + chunk.text() + "}");
        ++chunks_;
        chunk.clear();
    }
    std::vector<Conclusion> conclusions() const;
    void write_capture(const Json& rows);

    const PageSource& source_;
    const PageOptions& options_;
    const PageSink& sink_;
    ConnectionJson connection_;
    std::vector<uint32_t> connections_;  // in the table
    std::vector<int> chunk_of_;          // by place in that list; -1: its segments are not in the page
    int chunks_ = 0;
};

bool is_notable(const ConnectionView& view) {
    Outcome const outcome = view.connection().outcome();
    return view.row.half_open != nullptr || view.row.embryonic != EmbryonicKind::None ||
           !(outcome == Outcome::Closed || outcome == Outcome::Open || outcome == Outcome::Unknown);
}

/// What its segments take at least, so that nothing is written in vain.
size_t Page::least_size(uint32_t conn) const { return 500 + 30 * size_t{source_.log.count(conn)}; }

void Page::write_chunks(size_t room) {
    chunk_of_.assign(connections_.size(), -1);
    Json chunk = json(), one = json();
    for (bool const notable : {true, false})
        for (size_t i = 0; i < connections_.size(); ++i) {
            uint32_t const conn = connections_[i];
            if (is_notable(view_of(conn)) != notable || (least_size(conn) > room && !options_.conn)) continue;
            one.clear();
            connection_.write(conn, one);
            if (one.text().size() > room && !options_.conn) continue;
            room -= std::min(room, one.text().size());
            chunk.key(std::to_string(conn)).raw(one.text());
            chunk_of_[i] = chunks_;
            if (chunk.text().size() >= usual_chunk) write_chunk(chunk);
        }
    write_chunk(chunk);
}

/// Those of the comparison lead.
std::vector<Conclusion> Page::conclusions() const {
    std::vector<Conclusion> list;
    if (source_.far != nullptr) list = source_.far->conclude();
    for (Conclusion& conclusion : conclude(source_))
        if (list.empty() || conclusion.weight != Weight::Ok) list.push_back(std::move(conclusion));
    return list;
}

void Page::write_capture(const Json& rows) {
    Json all = json();
    all.begin('{').key("format").value(1).key("version").value("tcpstate " + options_.version);
    std::string title;
    for (const std::string& point : options_.points) title += (title.empty() ? "" : ", ") + point;
    all.key("title").value(title).key("hide_answers").value(options_.hide_answers);
    all.key("points").begin('[');
    for (const std::string& point : options_.points) all.value(point);
    all.end(']').key("packets").value(source_.packets).key("segments").value(source_.log.size());
    all.key("first").seconds(source_.first).key("last").seconds(source_.last);
    all.key("remarks").begin('[');
    for (const std::string& remark : source_.remarks) all.value(remark);
    all.end(']').key("findings").begin('[');
    for (const Conclusion& conclusion : conclusions()) {
        all.begin('{').key("severity").value(name(conclusion.weight)).key("text").value(conclusion.text);
        all.key("count").value(conclusion.connections.size()).key("connections").begin('[');
        for (size_t i = 0; i < std::min(conclusion.connections.size(), most_connections_of_finding); ++i)
            all.value(conclusion.connections[i]);
        all.end(']').end('}');
    }
    all.end(']').key("timeouts");
    add_idle_timeouts(all);
    all.key("vocabulary");
    add_vocabulary(all);
    all.key("columns").begin('[');
    for (const Column& column : columns()) {
        all.begin('{').key("name").value(column.name).key("type").value(name(column.type));
        all.key("help").value(column.help).end('}');
    }
    all.end(']').key("connections").begin('[').raw(rows.text()).end(']').key("chunk_of").begin('[');
    for (int const chunk : chunk_of_) all.value(chunk);
    all.end(']').key("left_out").value(std::count(chunk_of_.begin(), chunk_of_.end(), -1)).end('}');
    write_element("capture", all.text());
}

}  // namespace

void write_page(const PageSource& source, const PageOptions& options, const PageSink& sink) {
    Page(source, options, sink).write();
}

}  // namespace tcpstate
