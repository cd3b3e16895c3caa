// SPDX-License-Identifier: GPL-2.0-or-later
#include "vocabulary.hpp"

#include <array>

#include "events.hpp"
#include "fields.hpp"
#include "names.hpp"
#include "resets.hpp"
#include "states.hpp"

namespace tcpstate {
namespace {

// clang-format off
struct StateWords {
    State id;
    const char* meaning;
};
/// After RFC 9293 3.3.2.
constexpr std::array states{
    StateWords{State::Unknown,     "nothing was heard of this endpoint yet"},
    StateWords{State::Closed,      "it has no connection"},
    StateWords{State::Listen,      "it waits for a connection request from any peer"},
    StateWords{State::SynSent,     "it has sent a connection request and waits for a matching one"},
    StateWords{State::SynReceived, "it has received and sent a connection request and waits for the acknowledgment of its own"},
    StateWords{State::Established, "the connection is open: data can be sent and received"},
    StateWords{State::FinWait1,    "it has closed, and waits for the acknowledgment of its FIN or for the peer's FIN"},
    StateWords{State::FinWait2,    "its FIN is acknowledged, and it waits for the peer's FIN"},
    StateWords{State::CloseWait,   "the peer has closed, and it waits for its own user to close"},
    StateWords{State::Closing,     "both have closed, and it waits for the acknowledgment of its FIN"},
    StateWords{State::LastAck,     "the peer has closed before, and it waits for the acknowledgment of its own FIN"},
    StateWords{State::TimeWait,    "both FINs are acknowledged; it waits until no old segment can be on its way any more"},
};

/// Colours are those of the profile's rules, null where it has none for this.
constexpr const char *vermillion = "#d55e00", *orange = "#e69f00", *yellow = "#f0e442", *green = "#009e73",
                     *blue = "#0072b2", *sky_blue = "#56b4e9", *pale_blue = "#c9e6f8", *purple = "#cc79a7",
                     *light_grey = "#ebebeb", *none = nullptr;

struct OutcomeWords {
    Outcome id;
    const char* meaning;
    const char* colour;
};
constexpr std::array outcomes{
    OutcomeWords{Outcome::Unknown,    "the capture does not show enough of it", none},
    OutcomeWords{Outcome::Open,       "it was open when the capture ended", none},
    OutcomeWords{Outcome::Unanswered, "nothing answered the SYN", pale_blue},
    OutcomeWords{Outcome::Embryonic,  "its handshake was not finished", pale_blue},
    OutcomeWords{Outcome::Refused,    "the SYN was answered by a RST, or by an ICMP port unreachable", sky_blue},
    OutcomeWords{Outcome::HalfClosed, "one end sent FIN, the other one never did", green},
    OutcomeWords{Outcome::HalfOpen,   "one end was silent to the last while the other still held its side", orange},
    OutcomeWords{Outcome::Crashed,    "one end no longer knew the connection that the other still held", vermillion},
    OutcomeWords{Outcome::Aborted,    "one end ended it by a RST", blue},
    OutcomeWords{Outcome::TimedOut,   "one end gave up, as nothing was answered", orange},
    OutcomeWords{Outcome::Closed,     "both ends sent FIN", none},
    OutcomeWords{Outcome::Forgotten,  "a middlebox between the ends no longer knew it", vermillion},
    OutcomeWords{Outcome::Probe,      "no connection: a segment sent to see what comes back", none},
};

struct CauseColour {
    Cause id;
    const char* colour;
};
constexpr std::array causes_of_resets{
    CauseColour{Cause::Foreign, yellow},
    CauseColour{Cause::Unsolicited, none},
    CauseColour{Cause::AfterClose, light_grey},
    CauseColour{Cause::Refused, sky_blue},
    CauseColour{Cause::HandshakeAbort, sky_blue},
    CauseColour{Cause::HandshakeRejected, sky_blue},
    CauseColour{Cause::CrashReconnect, vermillion},
    CauseColour{Cause::KeepaliveTimeout, orange},
    CauseColour{Cause::RetransmissionTimeout, orange},
    CauseColour{Cause::DataAfterClose, purple},
    CauseColour{Cause::Middlebox, vermillion},
    CauseColour{Cause::Crash, vermillion},
    CauseColour{Cause::Abort, blue},
    CauseColour{Cause::Unknown, none},
};
// clang-format on

template <typename Table, typename Id>
constexpr bool has_a_row_for_each(const Table& table, Id count) {
    for (size_t i = 0; i < table.size(); ++i)
        if (table[i].id != static_cast<Id>(i)) return false;
    return table.size() == static_cast<size_t>(count);
}
static_assert(has_a_row_for_each(states, State::Count));
static_assert(has_a_row_for_each(outcomes, Outcome::Count));
static_assert(has_a_row_for_each(causes_of_resets, Cause::Count));

const char* type_of(const Field& field) {
    switch (field.type) {
        case FieldType::Bool: return "bool";
        case FieldType::Frame: return "frame";
        case FieldType::Duration: return "duration";
        case FieldType::String: return "string";
        default: return "number";
    }
}

void add_colour(const char* colour, Json& json) {
    json.key("colour");
    if (colour == none)
        json.null();
    else
        json.value(colour);
}

/// A list of objects that begin with their name.
template <typename Table, typename Name, typename Add>
void add_list(const char* key, const Table& table, Json& json, Name&& name_of, Add&& add) {
    json.key(key).begin('[');
    for (const auto& row : table) {
        json.begin('{').key("name").value(name_of(row));
        add(row);
        json.end('}');
    }
    json.end(']');
}

}  // namespace

void add_vocabulary(Json& json) {
    auto const name_of_id = [](const auto& row) { return name(row.id); };
    json.begin('{');
    add_list("states", states, json, name_of_id,
             [&](const StateWords& row) { json.key("meaning").value(row.meaning); });
    add_list("outcomes", outcomes, json, name_of_id, [&](const OutcomeWords& row) {
        json.key("meaning").value(row.meaning);
        add_colour(row.colour, json);
    });
    add_list("causes", causes_of_resets, json, name_of_id, [&](const CauseColour& cause) {
        json.key("meaning").value(row(cause.id).because);
        add_colour(cause.colour, json);
    });
    auto const own_name = [](const auto& row) { return row.name; };
    add_list("events", events(), json, own_name, [&](const EventRow& row) {
        json.key("severity").value(name(row.severity)).key("meaning").value(row.summary);
    });
    json.key("rules").begin('[');
    for (const Rule& rule : rules) {
        json.begin('{').key("from").value(static_cast<unsigned>(rule.from)).key("cue").value(name(rule.cue));
        json.key("to").value(static_cast<unsigned>(rule.to)).key("why").value(rule.why).end('}');
    }
    json.end(']');
    auto const full_name = [](const Field& row) { return std::string("tcpstate.") + row.name; };
    add_list("fields", fields(), json, full_name, [&](const Field& row) {
        json.key("label").value(row.label).key("help").value(row.help).key("type").value(type_of(row));
        json.key("hindsight").value(row.hindsight);
    });
    json.end('}');
}

}  // namespace tcpstate
