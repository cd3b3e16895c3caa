// SPDX-License-Identifier: GPL-2.0-or-later
// What was lost, and what one capture only missed.
#include <algorithm>
#include <cinttypes>

#include "findings.hpp"
#include "names.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

class Losses : public Findings {
public:
    explicit Losses(const Findings& findings) : Findings(findings) {}
    void run() {
        for (Role const role : {Role::Client, Role::Server}) look_at(role);
        for (bool const at_a_point : {true, false}) look_for_gaps(at_a_point);
    }

private:
    void look_at(Role role) {
        std::vector<const Crossing*> all, fins, syns;
        size_t sent = 0, unsure = 0;
        for (const Crossing& c : crossings()) {
            if (c.sender != role || c.fate == Fate::Injected || c.fate == Fate::Copied || c.fate == Fate::Outside)
                continue;
            ++sent;
            if (c.fate != Fate::Lost && c.fate != Fate::LostInPart) continue;
            all.push_back(&c);
            if (!c.sure) ++unsure;
            const SeenSegment& s = segment(c);
            if (s.any(flag::Fin)) fins.push_back(&c);
            if (s.any(flag::Syn)) syns.push_back(&c);
        }
        if (all.empty()) return;
        if (!fins.empty()) tell_lost(FindingKind::FinLost, role, fins, "FIN");
        if (!syns.empty()) tell_lost(FindingKind::SynLost, role, syns, role == Role::Client ? "SYN" : "SYN,ACK");
        if (const Crossing* const last = last_ack(role); last != nullptr) {
            std::string const text =
                format("The %s's ACK of the %s's FIN (frame %" PRIu32 " of %c) was lost between %c and %c.", name(role),
                       name(other(role)), segment(*last).frame, first_point(*last), name_a_, name_b_);
            cite(add(FindingKind::LastAckLost, text), at_a(*last), at_b(*last));
        }
        std::string text = format("%zu of %zu segments of the %s %s lost between %c and %c: %s.", all.size(), sent,
                                  name(role), count_of(all.size(), "was", "were"), name_a_, name_b_,
                                  frames(frames_of(all), first_point(*all.front())).c_str());
        if (unsure != 0) text += unsure_text();
        cite_all(add(FindingKind::Lost, text), all);
    }
    /// Why a loss is none for sure.
    std::string unsure_text() const {
        if (stretch_.a.drops() != 0 || stretch_.b.drops() != 0)
            return " One of the captures dropped packets, so some of them may have arrived.";
        return " The other capture shows nothing so late and may have been over.";
    }
    void tell_lost(FindingKind kind, Role role, const std::vector<const Crossing*>& lost, const char* what) {
        bool const arrived = std::any_of(crossings().begin(), crossings().end(), [&](const Crossing& c) {
            return c.sender == role && c.fate == Fate::Passed && c.time > lost.back()->time &&
                   segment(c).seq == segment(*lost.back()).seq && segment(c).span() != 0;
        });
        std::string const text =
            format("The %s's %s (%s) was%s lost between %c and %c%s; %s.", name(role), what,
                   frames(frames_of(lost), first_point(*lost.front())).c_str(), lost.front()->sure ? "" : " probably",
                   name_a_, name_b_, lost.size() == 1 ? "" : format(" %zu times", lost.size()).c_str(),
                   arrived ? "a repeat arrived" : "no repeat arrived");
        cite_all(add(kind, text), lost);
    }
    /// The first bare ACK of the peer's FIN, if it was lost.
    const Crossing* last_ack(Role role) const {
        const SeenSegment* fin = nullptr;
        for (const Crossing& c : crossings()) {
            const SeenSegment& s = segment(c);
            if (c.sender != role && s.any(flag::Fin)) fin = &s;
            bool const bare = s.span() == 0 && s.any(flag::Ack) && !s.any(flag::Rst);
            if (c.sender != role || fin == nullptr || !bare) continue;
            Seq const ack = c.from_a ? s.ack : c_.ack_at_a(s);
            if (c.fate == Fate::Lost && ack >= fin->end()) return &c;
            if (c.fate == Fate::Passed) return nullptr;
        }
        return nullptr;
    }
    /// What one capture does not show though it was there.
    void look_for_gaps(bool at_a_point) {
        std::vector<const Crossing*> missing;
        for (const Crossing& c : crossings())
            if (c.fate == Fate::NotCaptured && (at_a_point ? c.a : c.b) == no_index) missing.push_back(&c);
        if (missing.empty()) return;
        char const point = at_a_point ? name_a_ : name_b_;
        std::vector<uint32_t> list;
        list.reserve(missing.size());
        for (const Crossing* const c : missing) list.push_back((at_a_point ? at_b(*c) : at_a(*c))->frame);
        cite_all(add(FindingKind::NotCaptured,
                     format("%zu %s (%s) passed %c without being captured there: no loss of the network's.",
                            list.size(), count_of(list.size(), "segment", "segments"),
                            frames(list, at_a_point ? name_b_ : name_a_).c_str(), point)),
                 missing);
    }
};

}  // namespace

void find_losses(const Findings& findings) { Losses(findings).run(); }

}  // namespace tcpstate
