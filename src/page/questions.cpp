// SPDX-License-Identifier: GPL-2.0-or-later
#include "questions.hpp"

#include <cctype>

#include "names.hpp"
#include "states.hpp"

namespace tcpstate {
namespace {

constexpr size_t most_states = 4;
constexpr int most_resets = 3;

/// What the field says, its values separated by "; "; "" where it is absent.
std::string said(const View& view, FieldId id) {
    const Field& its = field(id);
    std::string all;
    Value value;
    for (int i = 0; its.get(view, i, value); value = {}, ++i) {
        if (i > 0) all += "; ";
        all += its.type == FieldType::String ? std::string(value.text.view()) : std::to_string(value.number);
        if (!its.repeats) break;
    }
    return all;
}

std::string sentence(std::string text) {
    if (text.empty() || std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
    return text;
}

/// States that everybody passes, or that say nothing.
bool is_dull(State state) {
    return state == State::Established || state == State::SynSent || state == State::Unknown || state == State::Listen;
}

const char* clue_of(ResetKind kind) {
    switch (kind) {
        case ResetKind::Reply: return "It is a reply: its sender had no such connection, or had closed it. ";
        case ResetKind::Active: return "It is active: its sender had the connection, and ended it. ";
        default: return "";
    }
}

}  // namespace

const char* name(AnswerKind kind) {
    constexpr const char* names[] = {"frame", "number", "end", "state", "cause", "outcome"};
    return names[static_cast<size_t>(kind)];
}

void Questions::begin(uint32_t conn, bool several) {
    *this = {};
    std::string const number = std::to_string(conn);
    whole_ = several ? "connection " + number + " (filter: tcpstate.conn == " + number + ")" : "the connection";
    if (several) of_ = " of " + whole_;
}

void Questions::note(const View& view) {
    const Verdict& verdict = view.verdict;
    if (!verdict.is_segment) return;
    bool const uncertain = verdict.is_reset() && verdict.reset.confidence == Confidence::Possible;
    uncertain_ = uncertain_ || uncertain;
    if (verdict.half_open.kind == HalfOpenKind::Confirmed && !half_open_is_told_) note_half_open(view, uncertain);
    if (std::string const closer = said(view, FieldId::HalfClosed); !closer.empty())
        half_closed_ = {closer, said(view, FieldId::HalfClosedSince), said(view, FieldId::HalfClosedBytes)};
    note_states(view);
    if (verdict.is_reset()) note_reset(view, uncertain);
    if (std::string const first = said(view, FieldId::ClosedFirst); !first.empty()) closed_first_ = first;
    outcome_ = said(view, FieldId::Outcome);
}

void Questions::note_half_open(const View& view, bool uncertain) {
    half_open_is_told_ = true;
    std::string const why = said(view, FieldId::Summary);
    if (uncertain || view.verdict.half_open.since == 0) return;
    half_open_ = {std::to_string(view.frame), said(view, FieldId::HalfOpenGone), said(view, FieldId::HalfOpenSince),
                  said(view, FieldId::HalfOpenLostBytes), sentence(why.empty() ? "This segment proves it" : why)};
}

void Questions::note_states(const View& view) {
    const Verdict& verdict = view.verdict;
    for (size_t i = 0; i < verdict.changes.size() && states_.size() < most_states; ++i) {
        Change const change = verdict.changes[i];
        const Rule& rule = rules[change.rule];
        uint32_t const bit = 1U << static_cast<unsigned>(rule.to);
        if (is_dull(rule.to) || (asked_states_[index(change.who)] & bit) != 0) continue;
        if (verdict.state_of(change.who) != rule.to) continue;  // it went on to another one
        asked_states_[index(change.who)] |= bit;
        Value why;
        field(FieldId::Rule).get(view, static_cast<int>(i), why);
        states_.push_back({std::string("In which state is the ") + name(change.who) + of_ + " after frame " +
                               std::to_string(view.frame) + "?",
                           AnswerKind::State, name(rule.to), sentence(std::string(why.text.view())),
                           std::string("Before this frame it was in ") + name(rule.from) +
                               ". Did it send this segment or receive it? See RFC 9293, figure 5, or "
                               "docs/state-machine.md."});
    }
}

void Questions::note_reset(const View& view, bool uncertain) {
    std::string const cause = said(view, FieldId::RstCause);
    if (uncertain || cause.empty() || asked_resets_ == most_resets) return;
    ++asked_resets_;
    std::string const frame = std::to_string(view.frame);
    std::string why = said(view, FieldId::RstExplanation);
    if (why.empty()) why = said(view, FieldId::Summary);
    resets_.push_back({"Why was the RST in frame " + frame + " sent?", AnswerKind::Cause, cause,
                       sentence(why.empty() ? cause : why),
                       std::string(clue_of(view.verdict.reset.kind)) + "What had its sender sent before, and when?"});
    if (std::string const trigger = said(view, FieldId::RstTrigger); !trigger.empty())
        resets_.push_back({"Which frame does the RST in frame " + frame + " answer?", AnswerKind::Frame, trigger,
                           "Its numbers explain those of the RST (RFC 9293 3.10.7.1).",
                           "The sequence number of the RST is the acknowledgment number of the segment that it "
                           "answers; if that had no ACK, the RST acknowledges it."});
}

void Questions::ask_half_open(std::vector<Question>& list) const {
    if (!half_open_) return;
    const HalfOpenFound& found = *half_open_;
    list.push_back({"Which frame reveals that one endpoint" + of_ + " had lost the connection?", AnswerKind::Frame,
                    found.frame, found.why,
                    "An endpoint without the connection answers any segment with a RST (RFC 9293 3.10.7.1)."});
    list.push_back({"Which endpoint" + of_ + " was gone?", AnswerKind::End, found.gone, found.why,
                    "Look at the sender of the RST, and at who had gone on sending before it."});
    list.push_back({"Which frame is the last sign of life of the endpoint that was gone" + of_ + "?", AnswerKind::Frame,
                    found.since, "It is the last segment of the " + found.gone + " before frame " + found.frame + ".",
                    "Follow that endpoint's segments back from the RST."});
    if (!found.lost_bytes.empty())
        list.push_back({"How many bytes of data" + of_ + " were sent to the endpoint that was gone and are lost?",
                        AnswerKind::Number, found.lost_bytes,
                        "Payload sent after frame " + found.since +
                            " and never acknowledged; a retransmission is not counted again.",
                        "Filter: tcp.len > 0. Which of it was never acknowledged?"});
}

void Questions::ask_half_closed(std::vector<Question>& list) const {
    if (!half_closed_ || half_closed_->bytes.empty() || half_closed_->bytes == "0") return;
    const HalfClosedFound& found = *half_closed_;
    list.push_back({"Which frame makes " + whole_ + " half-closed?", AnswerKind::Frame, found.since,
                    "It is the " + found.closer + "'s FIN; the other direction stays open (RFC 9293 3.6).",
                    "Filter: tcp.flags.fin == 1."});
    list.push_back(
        {"How many bytes of data were sent in the open direction while " + whole_ + " was half-closed?",
         AnswerKind::Number, found.bytes,
         "From frame " + found.since + " on; filter: tcpstate.half_closed && tcp.len > 0.",
         "Add up tcp.len of what the other endpoint sent after the first FIN (the " + found.closer + "'s)."});
}

void Questions::ask_end(std::vector<Question>& list) const {
    if (!closed_first_.empty() && outcome_ == name(Outcome::Closed))
        list.push_back({"Which endpoint" + of_ + " closed first?", AnswerKind::End, closed_first_,
                        "The " + closed_first_ + " sent the first FIN.", "Filter: tcp.flags.fin == 1."});
    if (!outcome_.empty() && !uncertain_)
        list.push_back({"How did " + whole_ + " end?", AnswerKind::Outcome, outcome_,
                        "See tcpstate.outcome on each of its frames.",
                        "Is there a RST that was accepted? If not, did both endpoints send FIN, and was each "
                        "acknowledged?"});
}

std::vector<Question> Questions::make() const {
    std::vector<Question> list;
    ask_half_open(list);
    ask_half_closed(list);
    list.insert(list.end(), states_.begin(), states_.end());
    list.insert(list.end(), resets_.begin(), resets_.end());
    ask_end(list);
    return list;
}

void add_questions(const std::vector<Question>& questions, Json& json) {
    json.begin('[');
    for (const Question& question : questions) {
        json.begin('{').key("text").value(question.text).key("kind").value(name(question.kind));
        json.key("answer").value(question.answer).key("explanation").value(question.explanation);
        json.key("clue").value(question.clue).end('}');
    }
    json.end(']');
}

}  // namespace tcpstate
