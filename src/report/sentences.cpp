// SPDX-License-Identifier: GPL-2.0-or-later
#include "sentences.hpp"

#include <array>
#include <cstring>

#include "events.hpp"
#include "names.hpp"
#include "printing.hpp"
#include "resets.hpp"

namespace tcpstate {

namespace {

double seconds(int64_t ns) { return static_cast<double>(ns) / 1e9; }
const char* receiver(const View& v) { return name(other(v.verdict.sender)); }

void add_last_heard(const HalfOpen& h, Text& t) {
    if (h.since != 0) t.add("; last heard in frame %u", h.since);
    if (h.since != 0 && h.duration >= second)
        t.add(", %.1f s ago", seconds(h.duration));
    else if (h.since != 0 && h.duration >= millisecond)
        t.add(", %.0f ms ago", 1000 * seconds(h.duration));
}
void add_half_open(const View& v, Text& t) {
    const HalfOpen& h = v.verdict.half_open;
    add_last_heard(h, t);
    auto const lost = static_cast<unsigned long long>(h.lost_bytes);
    if (lost > 0) t.add("; %llu byte%s lost", lost, plural(h.lost_bytes));
}

void crash(const View& v, Text& t) {
    bool const possible = v.verdict.reset.confidence == Confidence::Possible;
    const char* gone = name(v.verdict.half_open.gone);
    t.add("RST%s after crash: the %s no longer knows this connection", possible ? ", perhaps" : "", gone);
    add_half_open(v, t);
    if (v.verdict.reset.hops_delta != 0) t.add("; its TTL differs by %+d", v.verdict.reset.ttl_delta);
}
void confirmed(const View& v, Text& t) {
    t.add("Half-open confirmed: the %s is gone", name(v.verdict.half_open.gone));
    add_half_open(v, t);
}
void suspected(const View& v, Text& t) {
    const HalfOpen& h = v.verdict.half_open;
    t.add("Half-open suspected: the %s does not answer, %u attempt%s failed", name(h.gone), h.attempts,
          plural(h.attempts));
    add_last_heard(h, t);
    auto const sent = static_cast<unsigned long long>(h.lost_bytes);
    if (sent > 0) t.add("; %llu byte%s not acknowledged", sent, plural(h.lost_bytes));
}
void recovered(const View& v, Text& t) {
    switch (v.verdict.annotations.recovery) {
        case Recovery::HadArrived:
            t.add("The %s answers again: what was repeated had arrived, only its acknowledgments were lost", sender(v));
            break;
        case Recovery::WentOn:
            t.add("The %s sends new data, so it hears the other end, which the capture does not show", sender(v));
            break;
        default: t.add("The %s answers again: an outage, not a half-open connection", sender(v)); break;
    }
}
void keepalive_timeout(const View& v, Text& t) {
    uint32_t const probes = v.verdict.reset.probes;
    t.add("RST after keepalive timeout: the %s gave up, the %s left %u probe%s unanswered", sender(v), receiver(v),
          probes, plural(probes));
}
void retransmission_timeout(const View& v, Text& t) {
    uint32_t const repeats = v.verdict.reset.probes;
    t.add("RST after timeout: the %s gave up, the %s left %u repeat%s unanswered", sender(v), receiver(v), repeats,
          plural(repeats));
}
void middlebox(const View& v, Text& t) {
    t.add("RST by a middlebox that no longer knows the connection, %+d hops from the %s", v.verdict.reset.hops_delta,
          sender(v));
}
void suspicious(const View& v, Text& t) {
    bool const likely = v.verdict.reset.confidence == Confidence::Likely;
    t.add("Suspicious RST: the %s that it names %s sent it", sender(v), likely ? "probably never" : "may never have");
    if (v.verdict.reset.ttl_delta != 0) t.add("; its TTL differs by %+d", v.verdict.reset.ttl_delta);
}
void aborted(const View& v, Text& t) {
    t.add("RST: the %s aborted the connection", sender(v));
    const Unacked& u = v.verdict.unacked;
    if (u.client + u.server > 0)
        t.add("; not acknowledged: %u byte%s of the client, %u of the server", u.client, plural(u.client), u.server);
}
void data_after_close(const View& v, Text& t) {
    t.add("RST: data after close, the %s had sent FIN in frame %u and cannot receive what the %s sent", sender(v),
          v.verdict.reset.fin_frame, receiver(v));
    if (v.verdict.reset.trigger != 0) t.add(" in frame %u", v.verdict.reset.trigger);
}
void refused(const View& v, Text& t) { t.add("Connection refused: nothing listens on that port of the %s", sender(v)); }
void handshake_abort(const View& v, Text& t) {
    if (v.verdict.reset.notes_that(ResetNote::WithdrawsSyn))
        t.add("RST: the %s withdraws its SYN, nothing had come back", sender(v));
    else
        t.add("RST: the %s does not accept the SYN,ACK", sender(v));
}
void handshake_rejected(const View& v, Text& t) {
    t.add("RST: the %s rejects the last ACK of the handshake", sender(v));
}
void challenged(const View& v, Text& t) {
    t.add("RST changes nothing: %d beyond the number that the %s expects, within its window", v.verdict.reset.offset,
          receiver(v));
}
void ignored(const View& v, Text& t) {
    if (v.verdict.state_of(other(v.verdict.sender)) == State::SynSent)
        t.add("RST changes nothing: it does not acknowledge the SYN of the %s", receiver(v));
    else if (v.verdict.reset.offset == 0)
        t.add("RST changes nothing: the %s has no connection any more", receiver(v));
    else
        t.add("RST changes nothing: %+d from the number that the %s expects, outside its window",
              v.verdict.reset.offset, receiver(v));
}
void unsolicited(const View& v, Text& t) {
    t.add("RST of a connection that the capture does not show; sent by the %s", sender(v));
}
void after_close(const View& v, Text& t) { t.add("RST by the %s when the connection was already over", sender(v)); }
void half_closed_long(const View& v, Text& t) {
    const HalfClose& h = v.verdict.half_close;
    auto const bytes = static_cast<unsigned long long>(h.bytes);
    t.add("Half-closed for %.1f s since frame %u", seconds(h.duration), h.since);
    if (v.verdict.half_closed != MaybeRole::None)
        t.add(": the %s has closed, the other end goes on (%llu byte%s since)", name(v.verdict.half_closed), bytes,
              plural(h.bytes));
}
void data_while_half_closed(const View& v, Text& t) {
    t.add("The %s sends data after the %s's FIN of frame %u", sender(v), receiver(v), v.verdict.half_close.since);
}
void half_closed(const View& v, Text& t) {
    t.add("Half-closed: the %s sent FIN and will send no more data", sender(v));
}
void new_incarnation(const View& v, Text& t) {
    const Annotations& a = v.verdict.annotations;
    t.add("New connection with the same addresses and ports, number %u; the one before (%u): %s", v.verdict.incarnation,
          a.previous, name(a.previous_outcome));
}
void challenge_ack(const View& v, Text& t) {
    t.add("Challenge ACK: the %s answers frame %u and keeps its state", sender(v), v.verdict.annotations.challenge_ack);
}
void syn_unanswered(const View& v, Text& t) {
    const Embryonic& e = v.verdict.embryonic;
    t.add("SYN unanswered: repeated %u time%s in %.1f s", e.attempts, plural(e.attempts), seconds(e.duration));
}
void stalled(const View& v, Text& t) {
    const Embryonic& e = v.verdict.embryonic;
    bool const not_accepted = e.kind == EmbryonicKind::AckNotAccepted;
    t.add("Embryonic: SYN,ACK repeated %u time%s in %.1f s, %s", e.attempts, plural(e.attempts), seconds(e.duration),
          e.deferred     ? "though its ACK was seen (deferred accept, accept queue full, or the ACK was lost)"
          : not_accepted ? "though its ACK was seen (accept queue full, or the ACK was lost)"
                         : "no ACK came");
}
void simultaneous_open(const View&, Text& t) { t.add("Simultaneous open: both ends sent SYN"); }
void simultaneous_close(const View&, Text& t) { t.add("Simultaneous close: both ends sent FIN at once"); }
void midstream(const View& v, Text& t) {
    t.add("Picked up mid-stream: roles guessed by port, the sender is taken for the %s", sender(v));
}

struct Sentence {
    Event event;
    void (*write)(const View&, Text&);
};
/// The most telling first: one segment is summed up by the first row that applies.
constexpr std::array sentences{
    Sentence{Event::RstAfterCrash, crash},
    Sentence{Event::HalfOpenConfirmed, confirmed},
    Sentence{Event::RstSuspicious, suspicious},
    Sentence{Event::RstKeepaliveTimeout, keepalive_timeout},
    Sentence{Event::RstRetransmissionTimeout, retransmission_timeout},
    Sentence{Event::RstMiddlebox, middlebox},
    Sentence{Event::RstDataAfterClose, data_after_close},
    Sentence{Event::RstRefused, refused},
    Sentence{Event::RstHandshakeAbort, handshake_abort},
    Sentence{Event::RstHandshakeRejected, handshake_rejected},
    Sentence{Event::RstAbort, aborted},
    Sentence{Event::RstChallenged, challenged},
    Sentence{Event::RstIgnored, ignored},
    Sentence{Event::RstUnsolicited, unsolicited},
    Sentence{Event::RstAfterClose, after_close},
    Sentence{Event::HalfOpenSuspected, suspected},
    Sentence{Event::HalfOpenRecovered, recovered},
    Sentence{Event::NewIncarnation, new_incarnation},
    Sentence{Event::ChallengeAck, challenge_ack},
    Sentence{Event::HalfClosedLong, half_closed_long},
    Sentence{Event::DataWhileHalfClosed, data_while_half_closed},
    Sentence{Event::SimultaneousClose, simultaneous_close},
    Sentence{Event::HalfClosed, half_closed},
    Sentence{Event::SynUnanswered, syn_unanswered},
    Sentence{Event::HandshakeStalled, stalled},
    Sentence{Event::SimultaneousOpen, simultaneous_open},
    Sentence{Event::PickedUpMidstream, midstream},
    Sentence{Event::CaptureRemark, describe_remark},
};
static_assert(sentences.size() == static_cast<size_t>(Event::Count));

}  // namespace

void describe_remark(const View& v, Text& t) {
    switch (v.verdict.annotations.remark) {
        case Remark::Copies:
            t.add(
                "The capture shows packets several times, here that of frame %u; copies change nothing."
                " Remedy: capture on one interface, or editcap -d",
                v.verdict.annotations.copy_of);
            break;
        case Remark::OneDirection:
            t.add(
                "One direction is missing in the capture: only what the %s sends is there. Remedy: capture where both "
                "directions pass",
                sender(v));
            break;
        case Remark::FileRepeats:
            t.add(
                "The file repeats itself: here it begins again with the packet of frame %u; what is repeated changes "
                "nothing",
                v.verdict.annotations.copy_of);
            break;
        case Remark::TwoClocks:
            t.add(
                "The capture merges two clocks: packets that a router has forwarded come before the same packets on "
                "their "
                "way to it. "
                "Remedy: correct one file with editcap -t before mergecap, or read each file by itself");
            break;
        default: t.add("The clock of the capture goes back here; durations across it are 0. Remedy: reordercap"); break;
    }
}

void describe_silence(const View& view, Text& text) {
    Value discovered;
    bool const known = field(FieldId::HalfOpenDiscoveredIn).get(view, 0, discovered) && discovered.number != view.frame;
    if (view.verdict.half_open.kind != HalfOpenKind::None)
        text.add("(half-open suspected, %u attempts failed", view.verdict.half_open.attempts);
    else if (known)
        text.add("(half-open, nobody knows yet");
    else
        return;
    if (known) text.add("; found out in frame %u", static_cast<unsigned>(discovered.number));
    text.add(")");
}

void summarize(const View& view, Text& text) {
    for (const Sentence& sentence : sentences) {
        if (!view.verdict.has(sentence.event)) continue;
        sentence.write(view, text);
        return;
    }
}

}  // namespace tcpstate
