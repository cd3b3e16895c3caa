// SPDX-License-Identifier: GPL-2.0-or-later
// Who did not answer: the path or the host.
#include <algorithm>
#include <unordered_set>

#include "clock.hpp"
#include "findings.hpp"
#include "names.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

class Silence : public Findings {
public:
    explicit Silence(const Findings& findings) : Findings(findings) {}
    void run() {
        for (Role const role : {Role::Client, Role::Server}) look_at(role);
    }

private:
    /// What was sent again and again in vain: did the repeats arrive, were they answered?
    void look_at(Role role) {
        std::vector<const Crossing*> run;  // since the peer was last heard at the sender's side
        for (const Crossing& c : crossings()) {
            const SeenSegment* const near = c.from_a ? at_a(c) : at_b(c);
            if (c.sender != role && reached_near(c, role) && c.fate != Fate::Injected) {
                tell_silence(role, run, true);
                run.clear();
            } else if (c.sender == role && c.fate != Fate::Injected && c.fate != Fate::Copied && near != nullptr &&
                       near->span() != 0) {
                run.push_back(&c);
            }
        }
        tell_silence(role, run, false);
    }
    /// The segment came as far as that end's side.
    bool reached_near(const Crossing& c, Role role) const {
        return near(role) == name_a_ ? c.a != no_index : c.b != no_index;
    }
    size_t repeats(const std::vector<const Crossing*>& run) const {
        std::unordered_set<uint32_t> numbers;
        for (const Crossing* const c : run) numbers.insert(segment(*c).seq.value);
        return run.size() - numbers.size();
    }
    void tell_silence(Role role, const std::vector<const Crossing*>& run, bool answered) {
        constexpr size_t enough = 2;  // one repeat may be a probe for a lost tail (RFC 8985 7)
        if (run.size() <= enough) return;
        std::vector<const Crossing*> lost, arrived;
        for (const Crossing* const c : run)
            (c->fate == Fate::Lost || c->fate == Fate::LostInPart ? lost : arrived).push_back(c);
        size_t const in_vain = repeats(lost), unanswered = repeats(arrived);
        Role const silent = other(role);
        if (in_vain < enough && unanswered < enough) return;
        size_t const answers = answers_lost(silent, run.front()->time, run.back()->time);
        if (in_vain >= enough && (answered || in_vain >= unanswered)) {
            bool const sure = std::any_of(lost.begin(), lost.end(), [](const Crossing* c) { return c->sure; });
            std::string text = format(
                "%zu segments of the %s, %zu of them repeats (%s), never arrived at %c: what failed is%s the path "
                "between %c and %c, not the %s.",
                lost.size(), name(role), in_vain, frames(frames_of(lost), near(role)).c_str(), far(role),
                sure ? "" : " probably", name_a_, name_b_, name(silent));
            text += others(*lost.front(), *lost.back());
            cite_all(add(FindingKind::PathSilent, text), lost);
        } else if (unanswered >= enough && answers != 0) {
            cite_all(add(FindingKind::AnswersLost,
                         format("The %s's segments, %zu of them repeats, arrived at %c, and the %s answered: its "
                                "answers (%zu) were lost between %c and %c on the way back.",
                                name(role), unanswered, far(role), name(silent), answers, name_a_, name_b_)),
                     run);
        } else if (unanswered >= enough && !answered) {
            cite_all(add(FindingKind::HostSilent,
                         format("%zu segments of the %s (%s), %zu of them repeats, arrived at %c, and nothing answered "
                                "there: what failed is the %s or its path beyond %c, not the path between %c and %c.",
                                arrived.size(), name(role), frames(frames_of(arrived), near(role)).c_str(), unanswered,
                                far(role), name(silent), far(role), name_a_, name_b_)),
                     run);
        }
    }
    size_t answers_lost(Role role, int64_t since, int64_t until) const {
        return static_cast<size_t>(std::count_if(crossings().begin(), crossings().end(), [&](const Crossing& c) {
            return c.sender == role && c.time >= since && c.time <= until + second && c.fate == Fate::Lost &&
                   !segment(c).any(flag::Rst);
        }));
    }
    /// Whether other connections passed meanwhile in that direction.
    std::string others(const Crossing& first, const Crossing& last) const {
        size_t passed = stretch_.count(Fate::Passed, first.from_a, first.time, last.time);
        size_t lost = stretch_.count(Fate::Lost, first.from_a, first.time, last.time);
        for (const Crossing& c : crossings()) {
            if (c.time < first.time || c.time > last.time || c.from_a != first.from_a) continue;
            if (c.fate == Fate::Passed) --passed;
            if (c.fate == Fate::Lost) --lost;
        }
        if (passed == 0 && lost == 0) return "";
        if (passed == 0) return " All other connections lost everything meanwhile, too.";
        return format(" Other connections went on meanwhile: %zu of their segments passed.", passed);
    }
};

}  // namespace

void find_silence(const Findings& findings) { Silence(findings).run(); }

}  // namespace tcpstate
