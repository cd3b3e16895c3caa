// SPDX-License-Identifier: GPL-2.0-or-later
// Who sent a RST, and why.
#include <algorithm>
#include <cinttypes>

#include "findings.hpp"
#include "names.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

class Resets : public Findings {
public:
    explicit Resets(const Findings& findings) : Findings(findings) {}
    void run() {
        for (const Crossing& c : crossings()) {
            const SeenSegment& s = segment(c);
            if (!s.any(flag::Rst) || c.fate == Fate::Outside || c.fate == Fate::Copied) continue;
            if (c.fate == Fate::Injected)
                tell_forged(c, s);
            else if (c.fate == Fate::Lost)
                tell_lost_reset(c, s);
            else if (c.fate == Fate::Passed)
                tell_sent(c);
        }
    }

private:
    void tell_forged(const Crossing& c, const SeenSegment& s) {
        Role const claimed = c.sender, receiver = other(claimed);
        char const behind = first_point(c), here = second_point(c);
        bool const first = std::none_of(findings_.begin(), findings_.end(),
                                        [](const Finding& f) { return f.kind == FindingKind::ResetForged; });
        std::string text =
            format("The RST that the %s got%s (frame %" PRIu32
                   " of %c) was%s not sent by the %s: it did not pass %c, so it was injected between %c and %c",
                   name(receiver), first ? "" : " too", s.frame, here, c.sure ? "" : " probably", name(claimed), behind,
                   name_a_, name_b_);
        const SeenSegment* const later = next_of(claimed, c.time);
        if (later != nullptr)
            text += format(", and the %s went on (frame %" PRIu32 " of %c)", name(claimed), later->frame, behind);
        text += "." + alone(s, here);
        cite(add(FindingKind::ResetForged, text), at_a(c), at_b(c));
    }
    void tell_lost_reset(const Crossing& c, const SeenSegment& s) {
        std::string const text =
            format("The %s's RST (frame %" PRIu32 " of %c) was lost between %c and %c: the %s was never told by it.",
                   name(c.sender), s.frame, first_point(c), name_a_, name_b_, name(other(c.sender)));
        cite(add(FindingKind::ResetLost, text), at_a(c), at_b(c));
    }
    void tell_sent(const Crossing& c) {
        const SeenSegment &a = c_.segments_a[c.a], &b = c_.segments_b[c.b], &near = c.from_a ? a : b,
                          &far = c.from_a ? b : a;
        std::string text =
            format("The RST that the %s got (frame %" PRIu32
                   " of %c) came from the %s's side of %c: it passed there as frame %" PRIu32 ", %s before.",
                   name(other(c.sender)), far.frame, second_point(c), name(c.sender), first_point(c), near.frame,
                   rounded(c.delay).c_str());
        text += cause_of(near, far, c);
        cite(add(FindingKind::ResetSent, text), at_a(c), at_b(c));
    }
    /// The cause as the point on its sender's side shows it, and what the other one had said alone.
    std::string cause_of(const SeenSegment& near, const SeenSegment& far, const Crossing& c) const {
        const Reset *by_near = reset_of(near, c.from_a), *by_far = reset_of(far, !c.from_a);
        if (by_near == nullptr || by_far == nullptr) return "";
        if (follows_new_port(near, c.from_a))
            return " Cause: a NAT in between had forgotten the connection and gave it another port, which its sender "
                   "does not know: no crash.";
        // Where others of its sender have come farther, the box at that point itself may have sent it.
        int16_t const usual = (c.from_a ? c_.a : c_.b).ttl[static_cast<size_t>(near.sender)];
        bool const own_link =
            near.ttl != unknown_ttl && hops(near.ttl) == 0 && usual != unknown_ttl && hops(usual) == 0;
        if (by_near->cause != by_far->cause)
            return format(" Cause: %s, as %c shows; %c alone said %s (%s).", name(by_near->cause), first_point(c),
                          second_point(c), name(by_far->cause), name(by_far->confidence));
        std::string const where = format(", and no middlebox sent it: at %c it has crossed no router", first_point(c));
        return format(" Cause: %s%s.", name(by_near->cause), own_link ? where.c_str() : "");
    }
    /// A NAT had changed the client's port at that point before.
    bool follows_new_port(const SeenSegment& reset, bool at_a_point) const {
        const SeenConnection& connection = at_a_point ? c_.a : c_.b;
        return std::any_of(connection.later_clients.begin(), connection.later_clients.end(),
                           [&](const auto& each) { return each.first < reset.frame; });
    }
    const Reset* reset_of(const SeenSegment& s, bool is_a) const {
        const SeenConnection& connection = is_a ? c_.a : c_.b;
        return s.reset == no_index ? nullptr : &connection.resets[s.reset];
    }
    /// What one capture alone had said.
    std::string alone(const SeenSegment& s, char point) const {
        const Reset* const reset = reset_of(s, point == name_a_);
        if (reset == nullptr || reset->cause == Cause::Foreign) return "";
        return format(" %c alone said %s (%s).", point, name(reset->cause), name(reset->confidence));
    }
    /// The first segment that the end sent after that time, no RST, as its own side shows it.
    const SeenSegment* next_of(Role role, int64_t time) const {
        for (const Crossing& c : crossings())
            if (c.sender == role && c.time > time && c.fate != Fate::Injected && !segment(c).any(flag::Rst)) {
                const SeenSegment* const near = c.from_a ? at_a(c) : at_b(c);
                if (near != nullptr) return near;
            }
        return nullptr;
    }
};

}  // namespace

void find_resets(const Findings& findings) { Resets(findings).run(); }

}  // namespace tcpstate
