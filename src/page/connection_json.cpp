// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_json.hpp"

#include <algorithm>
#include <optional>

#include "columns.hpp"
#include "inline_json.hpp"
#include "names.hpp"
#include "resets.hpp"
#include "sentences.hpp"

namespace tcpstate {
namespace {

void add_optional(std::optional<uint32_t> number, Json& json) {
    if (number)
        json.value(*number);
    else
        json.null();
}
/// A place in the list of segments.
void add_place(uint32_t place, Json& json) {
    add_optional(place == no_index ? std::nullopt : std::optional(place), json);
}

template <typename List, typename Add>
void add_column(const char* name, const List& list, Json& json, Add&& add) {
    json.key(name).begin('[');
    for (const auto& each : list) add(each);
    json.end(']');
}

/// What else the RST could be: the table's words for what looks the same, and causes whose evidence holds too.
void add_alternatives(const Verdict& verdict, Json& json) {
    const Reset& reset = verdict.reset;
    json.key("alternatives").begin('[');
    auto const add_list = [&](std::string_view list) {
        while (!list.empty()) {
            size_t const comma = list.find(", ");
            json.value(list.substr(0, comma));
            list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 2);
        }
    };
    if (!reset.notes_that(ResetNote::WithdrawsSyn)) add_list(row(reset.cause).lookalikes);
    if (verdict.sender == Role::Server) add_list(row(reset.cause).of_server);
    for (const CauseRow& cause : causes())
        if ((reset.alternatives >> static_cast<unsigned>(cause.id) & 1) != 0) json.value(name(cause.id));
    json.end(']');
}

}  // namespace

ConnectionJson::ConnectionJson(const PageSource& source, bool asks) : source_(source), asks_(asks) {
    size_t seen = 0;
    for (uint32_t conn = 0; conn < source.rows.all().size() && seen < 2; ++conn)
        if (source.rows.all()[conn].first.frame != 0) ++seen;
    several_ = seen > 1;
}

void ConnectionJson::clear() {
    steps_.clear();
    pairs_.clear();
    numbers_ = {};
    windows_ = {};
    half_open_.clear();
    half_closed_.clear();
    runs_.begin();
    more_ = resets_ = Json(add_inline_json_string);
}

uint32_t ConnectionJson::index_of(uint32_t frame) const {
    auto const at = std::lower_bound(steps_.begin(), steps_.end(), frame,
                                     [](const Step& step, uint32_t wanted) { return step.latest_frame < wanted; });
    return frame == 0 || at == steps_.end() ? no_index : static_cast<uint32_t>(at - steps_.begin());
}

uint32_t ConnectionJson::pair_of(const Snapshot& snapshot) {
    std::array<uint8_t, 4> const pair{static_cast<uint8_t>(snapshot.client_state),
                                      static_cast<uint8_t>(snapshot.server_state), snapshot.client_presumed,
                                      snapshot.server_presumed};
    auto const at = std::find(pairs_.begin(), pairs_.end(), pair);
    auto const found = static_cast<uint32_t>(at - pairs_.begin());
    if (at == pairs_.end()) pairs_.push_back(pair);
    return found;
}

void ConnectionJson::take_numbers(const LoggedSegment& segment, Role sender, Step& step) {
    bool const syn = segment.has(flag::Syn), reset = segment.has(flag::Rst);
    NumbersSeen &mine = numbers_[index(sender)], &peer = numbers_[index(other(sender))];
    mine.begin(syn ? segment.seq : segment.seq - 1, segment.seq);
    step.seq = mine.relative(segment.seq);
    if (segment.has(flag::Ack)) {
        peer.begin(segment.ack - 1, segment.ack);
        step.ack = peer.relative(segment.ack);
    }
    if (!reset) {
        missing_ = mine.missing(segment.seq);
        NumbersSeen::News const news = mine.take(segment.seq, segment.end());
        bool const probe = (step.marks & mark::Probe) != 0;
        if (news == NumbersSeen::News::Repeated && !probe) step.marks |= mark::Repeated;
        if (news == NumbersSeen::News::BehindGap) step.marks |= mark::BehindGap;
    }
    Window& window = windows_[index(sender)];
    if (syn) window.scale = segment.scale;
    if (segment.has(flag::Ack) && !reset) window = {true, segment.ack, segment.window, window.scale};
}

void ConnectionJson::take_half_open(const View& view, uint32_t at) {
    const HalfOpen& half_open = view.verdict.half_open;
    if (half_open.kind == HalfOpenKind::None) return;
    uint32_t const since = half_open.since == 0 ? 0 : std::min(index_of(half_open.since), at);
    if (half_open_.empty() || half_open_.back().since != since || half_open_.back().who != half_open.gone)
        half_open_.push_back({since, no_index, half_open.gone, half_open.kind, Discovery::None, 0});
    Interval& interval = half_open_.back();
    interval.kind = std::max(interval.kind, half_open.kind);
    if (half_open.kind == HalfOpenKind::Confirmed && interval.by == Discovery::None) {
        interval.by = half_open.discovered_by;
        interval.until = at;
    }
    Value recovered;
    if (field(FieldId::HalfOpenRecoveredIn).get(view, 0, recovered))
        interval.recovered_in = static_cast<uint32_t>(recovered.number);
}

void ConnectionJson::take_half_closed(const View& view, uint32_t at) {
    const Verdict& verdict = view.verdict;
    if (verdict.half_closed == MaybeRole::None) return;
    uint32_t const since = std::min(index_of(verdict.half_close.since), at);
    Role const closer = verdict.half_closed == MaybeRole::Client ? Role::Client : Role::Server;
    if (half_closed_.empty() || half_closed_.back().since != since)
        half_closed_.push_back({since, no_index, closer, HalfOpenKind::None, Discovery::None, 0});
}

void ConnectionJson::write_line(const Reset& reset, const LoggedSegment& segment, Role sender) {
    const Window& window = windows_[index(other(sender))];
    const NumbersSeen& numbers = numbers_[index(sender)];
    resets_.key("line");
    if (reset.effect == ResetEffect::Unknown || !window.known) {
        resets_.null();
        return;
    }
    bool const scaled = windows_[0].scale != no_scale && windows_[1].scale != no_scale;
    uint32_t const size = uint32_t{window.size} << (scaled ? std::min<uint8_t>(window.scale, 14) : 0);
    resets_.begin('{').key("seq").value(numbers.relative(segment.seq));
    resets_.key("rcv_nxt").value(numbers.relative(segment.seq - static_cast<uint32_t>(reset.offset)));
    resets_.key("window_end").value(numbers.relative(window.ack + size)).end('}');
}

void ConnectionJson::take_reset(const View& view, const LoggedSegment& segment, uint32_t at) {
    const Verdict& verdict = view.verdict;
    if (!verdict.is_reset()) return;
    const Reset& reset = verdict.reset;
    Text explanation;
    explain(view, explanation);
    resets_.begin('{').key("at").value(at).key("kind").value(name(reset.kind));
    resets_.key("effect").value(name(reset.effect)).key("cause").value(name(reset.cause));
    resets_.key("confidence").value(name(reset.confidence)).key("explanation").value(explanation.view());
    add_alternatives(verdict, resets_);
    resets_.key("answers");
    add_place(index_of(reset.trigger), resets_);
    resets_.key("ttl");
    if (segment.ttl == unknown_ttl)
        resets_.null().key("ttl_delta").null().key("hops_delta").null();
    else
        resets_.value(segment.ttl).key("ttl_delta").value(reset.ttl_delta).key("hops_delta").value(reset.hops_delta);
    write_line(reset, segment, verdict.sender);
    resets_.end('}');
}

void ConnectionJson::take_fields(const View& view, uint32_t at) {
    const Verdict& verdict = view.verdict;
    runs_.note(at, view);
    const Step& step = steps_[at];
    int64_t const gap = at == 0 ? -1 : step.segment->time - steps_[at - 1].segment->time;
    Text silence;
    describe_silence(view, silence);
    if (verdict.plain.value && verdict.idle == gap && missing_ == 0 && silence.empty()) return;
    Json fields(add_inline_json_string), text(add_inline_json_string), moves(add_inline_json_string);
    auto const add = [&](FieldId id) {
        const Field& its = field(id);
        for (int i = 0;; ++i) {
            Value value;
            if (!its.get(view, i, value)) return;
            fields.begin('[').value(static_cast<unsigned>(id));
            add_field_value(its, value, fields);
            fields.end(']');
            if (!its.repeats) return;
        }
    };
    if (!verdict.plain.value)
        for (FieldId const id : fields_at(FieldPlace::Segment)) add(id);
    if (verdict.idle != gap)
        for (FieldId const id : fields_at(FieldPlace::Gap)) add(id);
    if (verdict.events == 0 && !silence.empty()) text.value(silence.view());
    if (missing_ != 0) text.value("(" + std::to_string(missing_) + " bytes before it were not seen so far)");
    for (const Change& change : verdict.changes) {
        const Rule& rule = rules[change.rule];
        moves.begin('[').value(index(change.who)).value(static_cast<unsigned>(rule.from));
        moves.value(static_cast<unsigned>(rule.to)).value(change.rule).end(']');
    }
    more_.key(std::to_string(at)).begin('{');
    const std::pair<const char*, const Json*> lists[] = {{"fields", &fields}, {"text", &text}, {"moves", &moves}};
    for (auto const& [key, list] : lists)
        if (!list->text().empty()) more_.key(key).begin('[').raw(list->text()).end(']');
    more_.end('}');
}

void ConnectionJson::take(const LoggedSegment& segment, const Verdict& verdict) {
    auto const at = static_cast<uint32_t>(steps_.size());
    Step step{&segment, segment.frame};
    if (source_.far != nullptr) step.travelled = source_.far->of_frame(segment.frame);
    step.sender = verdict.sender;
    step.has_header = verdict.is_segment;
    step.pair = pair_of(verdict);
    if (verdict.annotations.copy_of != 0) step.marks |= mark::Copy;
    if (verdict.annotations.keepalive == Keepalive::Probe) step.marks |= mark::Probe;
    if (verdict.annotations.challenge_ack != 0) step.marks |= mark::Challenge;
    if (segment.has(flag::Rst)) step.marks |= mark::Reset;
    if (verdict.half_closed != MaybeRole::None) step.marks |= mark::HalfClosed;
    missing_ = 0;
    if (verdict.is_segment) take_numbers(segment, verdict.sender, step);
    steps_.push_back(step);
    Segment header;  // as far as fields read it
    header.flags = segment.flags;
    header.length = segment.length;
    View const view{
        verdict, source_.tracker, segment.frame, segment.time, true, verdict.is_segment ? &header : nullptr};
    take_fields(view, at);
    if (asks_) questions_.note(view);
    if (verdict.plain.value) return;
    take_half_open(view, at);
    take_half_closed(view, at);
    take_reset(view, segment, at);
}

/// The first point infers nothing from it: its states stay as they were.
void ConnectionJson::take_unseen(const UnseenSegment& unseen) {
    Step step{&unseen.segment, steps_.empty() ? 0 : steps_.back().latest_frame, &unseen.travelled};
    step.sender = unseen.sender;
    step.pair = steps_.empty() ? pair_of(initial_snapshot()) : steps_.back().pair;
    if (unseen.segment.has(flag::Rst)) step.marks |= mark::Reset;
    for (const auto& numbers : numbers_)
        if (!numbers.known()) return;  // nothing that its numbers could be relative to
    step.seq = numbers_[index(step.sender)].relative(unseen.segment.seq);
    step.ack = numbers_[index(other(step.sender))].relative(unseen.segment.ack);
    steps_.push_back(step);
}

void ConnectionJson::take_all(uint32_t conn) {
    std::span<const UnseenSegment> unseen;
    if (source_.far != nullptr) unseen = source_.far->unseen(conn);
    auto const take_unseen_before = [&](int64_t time) {
        for (; !unseen.empty() && unseen.front().segment.time < time; unseen = unseen.subspan(1))
            take_unseen(unseen.front());
    };
    source_.log.each(conn, [&](const LoggedSegment& segment) {
        take_unseen_before(segment.time);
        if (source_.recall(segment.frame, segment.header_id, latest_)) take(segment, latest_);
    });
    take_unseen_before(INT64_MAX);
}

void ConnectionJson::write_travels(Json& json) const {
    if (source_.far == nullptr) return;
    int64_t const start = steps_.front().segment->time;
    add_column("other", steps_, json, [&](const Step& s) {
        if (s.travelled != nullptr && s.travelled->far_time)
            json.value((*s.travelled->far_time - start) / 1000);
        else
            json.null();
    });
    add_column("other_frame", steps_, json, [&](const Step& s) {
        uint32_t const frame = s.travelled != nullptr ? s.travelled->far_frame : 0;
        add_optional(frame != 0 ? std::optional(frame) : std::nullopt, json);
    });
    add_column("fate", steps_, json, [&](const Step& s) {
        add_optional(s.travelled != nullptr ? std::optional(s.travelled->fate) : std::nullopt, json);
    });
    add_column("fates", source_.far->fates(), json, [&](const std::string& fate) { json.value(fate); });
}

void ConnectionJson::mark_silence() {
    for (const Interval& interval : half_open_)
        for (size_t i = interval.since + 1; i < steps_.size() && i <= interval.until; ++i)
            steps_[i].marks |= mark::Silent;
}

void ConnectionJson::write_columns(Json& json) const {
    int64_t const start = steps_.front().segment->time;
    add_column("frame", steps_, json, [&](const Step& s) {
        add_optional(s.segment->frame != 0 ? std::optional(s.segment->frame) : std::nullopt, json);
    });
    add_column("time", steps_, json, [&](const Step& s) { json.value((s.segment->time - start) / 1000); });
    add_column("side", steps_, json, [&](const Step& s) { json.value(index(s.sender)); });
    auto const number = [&](const Step& s, bool there, uint32_t value) {
        add_optional(s.has_header && there ? std::optional(value) : std::nullopt, json);
    };
    add_column("flags", steps_, json, [&](const Step& s) { number(s, true, s.segment->flags); });
    add_column("seq", steps_, json, [&](const Step& s) { number(s, true, s.seq); });
    add_column("ack", steps_, json, [&](const Step& s) { number(s, s.segment->has(flag::Ack), s.ack); });
    add_column("len", steps_, json, [&](const Step& s) { number(s, true, s.segment->length); });
    add_column("win", steps_, json, [&](const Step& s) { number(s, true, s.segment->window); });
    add_column("states", steps_, json, [&](const Step& s) { json.value(s.pair); });
    add_column("pairs", pairs_, json, [&](const std::array<uint8_t, 4>& pair) {
        json.begin('[');
        for (uint8_t const each : pair) json.value(each);
        json.end(']');
    });
    add_column("mark", steps_, json, [&](const Step& s) { json.value(s.marks); });
}

void ConnectionJson::write_fields_of_all(const View& view, Json& json) {
    json.key("all").begin('[');
    for (FieldId const id : fields_at(FieldPlace::Connection)) {
        Value value;
        if (!field(id).get(view, 0, value)) continue;
        json.begin('[').value(static_cast<unsigned>(id));
        add_field_value(field(id), value, json);
        json.end(']');
    }
    json.end(']');
}

void ConnectionJson::write(uint32_t conn, Json& json) {
    clear();
    if (asks_) questions_.begin(conn, several_);
    take_all(conn);
    json.begin('{');
    ConnectionView const connection{source_.rows.all()[conn], source_.tracker, conn, source_.rows.end()};
    Text sentence;
    describe(connection, sentence);
    json.key("verdict").value(sentence.view());
    json.key("isn").begin('[');
    for (const NumbersSeen& numbers : numbers_)
        add_optional(numbers.known() ? std::optional(numbers.first().value) : std::nullopt, json);
    json.end(']');
    if (steps_.empty()) {
        json.end('}');
        return;
    }
    for (Interval& interval : half_open_)
        if (interval.recovered_in != 0) interval.until = index_of(interval.recovered_in);
    mark_silence();
    write_columns(json);
    write_travels(json);
    write_fields_of_all({latest_, source_.tracker, steps_.back().segment->frame, steps_.back().segment->time, true},
                        json);
    json.key("runs");
    runs_.write(static_cast<uint32_t>(steps_.size()), json);
    json.key("more").begin('{').raw(more_.text()).end('}');
    add_column("half_open", half_open_, json, [&](const Interval& interval) {
        json.begin('{').key("since").value(interval.since).key("until");
        add_place(interval.until, json);
        json.key("gone").value(index(interval.who)).key("by").value(name(interval.by));
        json.key("state").value(interval.recovered_in != 0 ? "recovered" : name(interval.kind)).end('}');
    });
    uint32_t const ended = index_of(connection.connection().half_closed_ended_in());
    add_column("half_closed", half_closed_, json, [&](const Interval& interval) {
        json.begin('{').key("since").value(interval.since).key("until");
        add_place(ended, json);
        json.key("closed").value(index(interval.who)).end('}');
    });
    json.key("resets").begin('[').raw(resets_.text()).end(']');
    if (asks_) add_questions(questions_.make(), json.key("questions"));
    json.end('}');
}

}  // namespace tcpstate
