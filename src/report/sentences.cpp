// SPDX-License-Identifier: GPL-2.0-or-later
#include "sentences.hpp"

#include <array>
#include <cstring>

#include "events.hpp"
#include "names.hpp"
#include "resets.hpp"

namespace tcpstate {

namespace {

/// Wireshark's tree cuts an item at 240 characters, label included. The least likely alternatives are left out.
constexpr int explanation_limit = 200;

double seconds(int64_t ns) { return static_cast<double>(ns) / 1e9; }
const char* plural(uint64_t n) { return n == 1 ? "" : "s"; }

const char* sender(const View& v) { return name(v.verdict.sender); }
const char* receiver(const View& v) { return name(other(v.verdict.sender)); }

void add_half_open(const View& v, Text& t) {
    const HalfOpen& h = v.verdict.half_open;
    if (h.since != 0) t.add("; last heard in frame %u, %.1f s ago", h.since, seconds(h.duration));
    auto const lost = static_cast<unsigned long long>(h.lost_bytes);
    if (lost > 0) t.add("; %llu byte%s lost", lost, plural(h.lost_bytes));
}

void crash(const View& v, Text& t) {
    const char* gone = name(v.verdict.half_open.gone);
    t.add("RST after crash: the %s no longer knows this connection", gone);
    add_half_open(v, t);
    if (v.verdict.reset.ttl_delta != 0) t.add("; only possible: its TTL is %+d off", v.verdict.reset.ttl_delta);
}
void confirmed(const View& v, Text& t) {
    t.add("Half-open confirmed: the %s is gone", name(v.verdict.half_open.gone));
    add_half_open(v, t);
}
void suspected(const View& v, Text& t) {
    const HalfOpen& h = v.verdict.half_open;
    t.add("Half-open suspected: the %s does not answer, %u attempt%s failed", name(h.gone), h.attempts,
          plural(h.attempts));
    add_half_open(v, t);
}
void recovered(const View& v, Text& t) {
    t.add("The %s answers again: an outage, not a half-open connection", sender(v));
}
void keepalive_timeout(const View& v, Text& t) {
    uint32_t const probes = v.verdict.reset.probes;
    t.add("RST after keepalive timeout: the %s gave up, the %s left %u probe%s unanswered", sender(v), receiver(v),
          probes, plural(probes));
}
void suspicious(const View& v, Text& t) {
    t.add("Suspicious RST: it claims to come from the %s, which probably did not send it", sender(v));
    if (v.verdict.reset.ttl_delta != 0) t.add("; TTL is %+d off", v.verdict.reset.ttl_delta);
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
void handshake_abort(const View& v, Text& t) { t.add("RST: the %s does not accept the SYN,ACK", sender(v)); }
void handshake_rejected(const View& v, Text& t) {
    t.add("RST: the %s rejects the last ACK of the handshake", sender(v));
}
void challenged(const View& v, Text& t) {
    t.add("RST changes nothing: %d beyond the number that the %s expects, within its window", v.verdict.reset.offset,
          receiver(v));
}
void ignored(const View& v, Text& t) {
    t.add("RST changes nothing: %+d from the number that the %s expects, outside its window", v.verdict.reset.offset,
          receiver(v));
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
          not_accepted ? "though its ACK was seen (accept queue full, or the ACK was lost)" : "no ACK came");
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
};
static_assert(sentences.size() == static_cast<size_t>(Event::Count));

void explain_numbers(const View& v, Text& t) {
    const Reset& r = v.verdict.reset;
    if (r.kind == ResetKind::Reply)
        t.add("The %s answers frame %u", sender(v), r.trigger);
    else if (r.kind == ResetKind::Active)
        t.add("The %s continues its own numbers", sender(v));
    else
        t.add("Claims to come from the %s", sender(v));
    if (r.cause == Cause::KeepaliveTimeout) t.add(" after %u probe%s", r.probes, plural(r.probes));
    if (r.ttl_delta != 0) t.add(", TTL %+d off", r.ttl_delta);
    if (r.fin_frame != 0)
        t.add(", FIN in frame %u", r.fin_frame);
    else if (r.heard_frame != 0)
        t.add(", last heard in frame %u", r.heard_frame);
}

void explain_effect(const View& v, Text& t) {
    const Reset& r = v.verdict.reset;
    if (r.cause == Cause::AfterClose && r.effect != ResetEffect::Unknown) return;  // nothing is left to be changed
    if (r.effect == ResetEffect::Challenged)
        t.add(" No effect: %+d from RCV.NXT, in the window (RFC 5961 3.2).", r.offset);
    else if (r.effect == ResetEffect::Ignored)
        t.add(" No effect: %+d from RCV.NXT (RFC 9293 3.10.7.4).", r.offset);
    else if (r.effect == ResetEffect::Unknown && r.cause != Cause::Unsolicited)
        t.add(" Its effect is unknown.");
}

}  // namespace

void summarize(const View& view, Text& text) {
    for (const Sentence& sentence : sentences) {
        if (!view.verdict.has(sentence.event)) continue;
        sentence.write(view, text);
        return;
    }
}

void explain(const View& view, Text& text) {
    if (!view.verdict.is_reset()) return;
    const Reset& r = view.verdict.reset;
    const CauseRow& cause = row(r.cause);
    explain_numbers(view, text);
    text.add(": %s.", cause.because);
    explain_effect(view, text);
    bool separated = false;
    auto add_alternative = [&](const char* alternative) {
        if (text.size() + static_cast<int>(std::strlen(alternative)) > explanation_limit) return;
        text.add("%s%s", separated ? ", " : " Also consistent with: ", alternative);
        separated = true;
    };
    if (cause.lookalikes[0] != '\0') add_alternative(cause.lookalikes);
    for (const CauseRow& other_cause : causes())
        if ((r.alternatives >> static_cast<unsigned>(other_cause.id) & 1) != 0) add_alternative(name(other_cause.id));
    if (separated) text.add(".");
}

}  // namespace tcpstate
