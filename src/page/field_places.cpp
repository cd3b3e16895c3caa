// SPDX-License-Identifier: GPL-2.0-or-later
#include "field_places.hpp"

#include <array>

#include "inline_json.hpp"

namespace tcpstate {
namespace {

using Id = FieldId;

struct Exception {
    FieldPlace place;
    Id id;
};
constexpr Exception exceptions[] = {
    {FieldPlace::Column, Id::ClientState},
    {FieldPlace::Column, Id::ServerState},
    {FieldPlace::Column, Id::ClientPresumed},
    {FieldPlace::Column, Id::ServerPresumed},
    {FieldPlace::Column, Id::States},
    {FieldPlace::Column, Id::Segment},
    {FieldPlace::Column, Id::Sender},
    {FieldPlace::Column, Id::Conn},
    {FieldPlace::Moves, Id::Transition},
    {FieldPlace::Moves, Id::Rule},
    {FieldPlace::Gap, Id::Idle},
    {FieldPlace::Connection, Id::Incarnation},
    {FieldPlace::Connection, Id::Previous},
    {FieldPlace::Connection, Id::Next},
    {FieldPlace::Connection, Id::Outcome},
    {FieldPlace::Connection, Id::CloseIdle},
    {FieldPlace::Connection, Id::ConnState},
    {FieldPlace::Connection, Id::History},
    {FieldPlace::Run, Id::HalfOpen},
    {FieldPlace::Run, Id::HalfOpenGone},
    {FieldPlace::Run, Id::HalfOpenSince},
    {FieldPlace::Run, Id::HalfOpenDiscoveredBy},
    {FieldPlace::Run, Id::HalfOpenDiscoveredIn},
    {FieldPlace::Run, Id::HalfOpenRecoveredIn},
    {FieldPlace::Run, Id::HalfClosed},
    {FieldPlace::Run, Id::HalfClosedSince},
    {FieldPlace::Run, Id::HalfClosedEndedIn},
    {FieldPlace::Run, Id::HalfClosedEndedBy},
    {FieldPlace::Run, Id::Phase},
    {FieldPlace::Run, Id::Roles},
    {FieldPlace::Run, Id::ClosedFirst},
};

constexpr auto count = static_cast<size_t>(Id::Count);

constexpr auto places = [] {
    std::array<FieldPlace, count> list{};
    for (const Exception& exception : exceptions) list[static_cast<size_t>(exception.id)] = exception.place;
    return list;
}();

/// Fields by place, each place's in a row.
constexpr size_t place_count = static_cast<size_t>(FieldPlace::Gap) + 1;
struct ByPlace {
    std::array<Id, count> ids{};
    std::array<size_t, place_count + 1> begins{};
};
constexpr auto by_place = [] {
    ByPlace made;
    size_t end = 0;
    for (size_t place = 0; place < place_count; ++place) {
        made.begins[place] = end;
        for (size_t id = 0; id < count; ++id)
            if (places[id] == static_cast<FieldPlace>(place)) made.ids[end++] = static_cast<Id>(id);
    }
    made.begins[place_count] = end;
    return made;
}();

}  // namespace

FieldPlace place_of(FieldId id) { return places[static_cast<size_t>(id)]; }

std::span<const FieldId> fields_at(FieldPlace place) {
    auto const i = static_cast<size_t>(place);
    return std::span(by_place.ids).subspan(by_place.begins[i], by_place.begins[i + 1] - by_place.begins[i]);
}

void add_field_value(const Field& field, const Value& value, Json& json) {
    switch (field.type) {
        case FieldType::Bool: json.value(value.number != 0); break;
        case FieldType::Int32: json.value(value.signed_number); break;
        case FieldType::Duration: json.seconds(value.signed_number); break;
        case FieldType::String: json.value(value.text.view()); break;
        default: json.value(value.number);
    }
}

void FieldRuns::begin() {
    open_.assign(fields_at(FieldPlace::Run).size(), {});
    closed_ = value_ = Json(add_inline_json_string);
    latest_was_plain_ = false;
}

void FieldRuns::close(size_t run, uint32_t end) {
    if (open_[run].value.empty()) return;
    closed_.begin('[').value(static_cast<unsigned>(fields_at(FieldPlace::Run)[run]));
    closed_.value(open_[run].since).value(end - 1).raw(open_[run].value).end(']');
}

void FieldRuns::note(uint32_t index, const View& view) {
    const Verdict& verdict = view.verdict;
    bool const plain = verdict.plain.value && view.tracker.connection(verdict.conn).cold().discovered_in == 0;
    Snapshot same = latest_;  // but for what these fields do not read
    same.sender = verdict.sender;
    same.client_state = verdict.client_state;
    same.server_state = verdict.server_state;
    same.client_presumed = verdict.client_presumed;
    same.server_presumed = verdict.server_presumed;
    bool const unchanged = plain && latest_was_plain_ && same == verdict;
    latest_was_plain_ = plain;
    latest_ = verdict;
    if (unchanged) return;
    for (size_t run = 0; run < open_.size(); ++run) {
        const Field& its = field(fields_at(FieldPlace::Run)[run]);
        Value value;
        value_.clear();
        if (its.get(view, 0, value)) add_field_value(its, value, value_);
        if (value_.text() == open_[run].value) continue;
        close(run, index);
        open_[run] = {value_.text(), index};
    }
}

void FieldRuns::write(uint32_t segments, Json& json) {
    for (size_t run = 0; run < open_.size(); ++run) close(run, segments);
    json.begin('[').raw(closed_.text()).end(']');
}

}  // namespace tcpstate
