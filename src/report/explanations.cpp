// SPDX-License-Identifier: GPL-2.0-or-later
/// Why a RST was sent, by which evidence, and what looks the same on the wire.
#include <cstring>

#include "names.hpp"
#include "printing.hpp"
#include "resets.hpp"
#include "sentences.hpp"

namespace tcpstate {

namespace {

/// Wireshark's tree cuts an item at 240 characters, "Explanation: " and the last period included, and oracle.cpp asks
/// for less than that. The least likely alternatives are left out.
constexpr int longest = 225;

void explain_numbers(const View& v, Text& t) {
    const Reset& r = v.verdict.reset;
    if (r.kind == ResetKind::Reply)
        t.add("The %s answers frame %u", sender(v), r.trigger);
    else if (r.kind == ResetKind::Active)
        t.add("The %s ends it itself", sender(v));
    else
        t.add("Claims to come from the %s", sender(v));
    bool const timeout = r.cause == Cause::KeepaliveTimeout || r.cause == Cause::RetransmissionTimeout;
    const char* const attempt = r.cause == Cause::KeepaliveTimeout ? "probe" : "attempt";
    if (timeout) t.add(" after %u %s%s in vain", r.probes, attempt, plural(r.probes));
    if (r.hops_delta != 0) t.add(", TTL %+d off (%+d hops)", r.ttl_delta, r.hops_delta);
    if (r.fin_frame != 0)
        t.add(", FIN in frame %u", r.fin_frame);
    else if (r.heard_frame != 0)
        t.add(", last heard in frame %u", r.heard_frame);
}

/// The reason of the row, unless this RST has a better one.
const char* reason(const Reset& r) {
    switch (r.cause) {
        case Cause::Foreign:
            if (r.notes_that(ResetNote::Mirrored)) return "IP ID and window are copied from what it answers";
            if (r.hops_delta == 0)
                return "back to back beyond what was sent, as no stack does (Weaver et al., NDSS 2009)";
            break;
        case Cause::Unsolicited:
            if (r.notes_that(ResetNote::AckScan)) return "ACK scan, no connection: many ports got one";
            if (r.notes_that(ResetNote::FinScan)) return "FIN scan, no connection (a FIN without ACK)";
            if (r.notes_that(ResetNote::NullScan)) return "NULL scan, no connection (no flag at all)";
            if (r.notes_that(ResetNote::XmasScan)) return "XMAS scan, no connection (FIN, PSH and URG without ACK)";
            break;
        case Cause::HandshakeAbort:
            if (r.notes_that(ResetNote::WithdrawsSyn)) return "it gives up before anything came back (RFC 9293 3.10.5)";
            break;
        case Cause::CrashReconnect:
            if (r.notes_that(ResetNote::BareAck))
                return "the ACK is of a connection that it has forgotten (RFC 9293 3.5.1, figure 9)";
            break;
        case Cause::Abort:
            if (r.kind == ResetKind::Reply && r.notes_that(ResetNote::ResetBefore))
                return "an earlier RST of its own had ended the connection (RFC 9293 3.10.5)";
            if (r.kind == ResetKind::Reply) return "heard just before, so it has not crashed: its socket was destroyed";
            break;
        case Cause::Unknown:
            if (r.kind == ResetKind::Reply) return "the capture does not show enough of its sender";
            break;
        default: break;
    }
    return row(r.cause).because;
}

void explain_effect(const Reset& r, Text& t) {
    if (r.cause == Cause::AfterClose && r.effect != ResetEffect::Unknown) return;  // nothing is left to be changed
    if (r.effect == ResetEffect::Challenged)
        t.add(" No effect: %+d from RCV.NXT, in the window (RFC 5961 3.2).", r.offset);
    else if (r.effect == ResetEffect::Ignored && r.offset != 0)
        t.add(" No effect: %+d from RCV.NXT (RFC 9293 3.10.7.4).", r.offset);
    else if (r.effect == ResetEffect::Ignored)
        t.add(" No effect.");
    else if (r.effect == ResetEffect::Unknown && r.cause != Cause::Unsolicited)
        t.add(" Its effect is unknown.");
}

/// What the end of the connection has cost, where there is room for it.
void explain_loss(const View& v, Text& t) {
    constexpr int room = 38;
    uint32_t const lost = v.verdict.unacked.client + v.verdict.unacked.server;
    if (v.verdict.reset.cause != Cause::AfterClose || lost == 0 || t.size() + room > longest) return;
    t.add(" Never acknowledged: %u byte%s.", lost, plural(lost));
}

/// A list of alternatives, the likeliest first; what makes the text too long is left out.
class Alternatives {
public:
    explicit Alternatives(Text& text) : text_(text) {}
    /// Several are separated by ", ".
    void add(const char* list) {
        while (*list != '\0') {
            const char* const comma = std::strstr(list, ", ");
            auto const length = comma != nullptr ? static_cast<int>(comma - list) : static_cast<int>(std::strlen(list));
            const char* const before = any_ ? ", " : " Also consistent with: ";
            if (text_.size() + static_cast<int>(std::strlen(before)) + length <= longest) {
                text_.add("%s%.*s", before, length, list);
                any_ = true;
            }
            list += comma != nullptr ? length + 2 : length;
        }
    }
    void end() {
        if (any_) text_.add(".");
    }

private:
    Text& text_;
    bool any_ = false;
};

}  // namespace

void explain(const View& view, Text& text) {
    if (!view.verdict.is_reset()) return;
    const Reset& r = view.verdict.reset;
    const CauseRow& cause = row(r.cause);
    explain_numbers(view, text);
    text.add(": %s.", reason(r));
    explain_effect(r, text);
    explain_loss(view, text);
    bool const withdrawn = r.notes_that(ResetNote::WithdrawsSyn);
    bool const forgotten = r.cause == Cause::Crash || r.cause == Cause::Middlebox;
    Alternatives alike(text);
    if (r.notes_that(ResetNote::SeveralHosts))
        alike.add("a change at its receiver's side, as other hosts answer so, too");
    if (forgotten && r.notes_that(ResetNote::Restart)) alike.add("restart, as on other connections to it");
    if (forgotten && r.notes_that(ResetNote::IdleTimeout)) alike.add("idle timeout");
    if (!withdrawn) alike.add(cause.lookalikes);
    if (view.verdict.sender == Role::Server) alike.add(cause.of_server);
    for (const CauseRow& other_cause : causes())
        if ((r.alternatives >> static_cast<unsigned>(other_cause.id) & 1) != 0) alike.add(name(other_cause.id));
    alike.end();
}

}  // namespace tcpstate
