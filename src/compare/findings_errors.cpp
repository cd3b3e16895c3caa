// SPDX-License-Identifier: GPL-2.0-or-later
// Who sent ICMP errors, what they say, and whether it is so.
#include <algorithm>
#include <array>
#include <tuple>

#include "findings.hpp"
#include "names.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

/// What an error says: of the end's peer, which is named before that, or of its segments.
struct Saying {
    IcmpVerdict says;
    const char* words;
    bool names_peer;
};
constexpr std::array sayings{
    Saying{IcmpVerdict::None, "", false},
    Saying{IcmpVerdict::Unreachable, "is unreachable", true},
    Saying{IcmpVerdict::PortUnreachable, "has nothing at this port", true},
    Saying{IcmpVerdict::Prohibited, "must not be reached (prohibited)", true},
    Saying{IcmpVerdict::TooBig, "its segments are too big for the path", false},
    Saying{IcmpVerdict::TimeExceeded, "its segments took too many hops", false},
    Saying{IcmpVerdict::Other, "something is wrong with its segments", false},
};
static_assert(sayings.size() == static_cast<size_t>(IcmpVerdict::Count));

class Errors : public Findings {
public:
    explicit Errors(const Findings& findings) : Findings(findings) {}
    void run() {
        std::vector<std::vector<const ErrorCrossing*>> alike;
        for (const ErrorCrossing& c : passage_.errors) {
            if (c.fate == Fate::Outside) continue;
            auto const at = std::find_if(alike.begin(), alike.end(),
                                         [&](const auto& list) { return kind_of(*list.front()) == kind_of(c); });
            (at == alike.end() ? alike.emplace_back() : *at).push_back(&c);
        }
        for (auto const& list : alike) tell(list);
    }

private:
    /// As the point shows it that it arrived at, or the other one.
    const SeenError& error(const ErrorCrossing& c) const {
        bool const by_a = c.b == no_index || (!c.from_a && c.a != no_index);
        return by_a ? c_.a.errors[c.a] : c_.b.errors[c.b];
    }
    std::tuple<Fate, Role, IcmpVerdict, std::array<uint8_t, 16>> kind_of(const ErrorCrossing& c) const {
        return {c.fate, c.told, error(c).says, error(c).sender.bytes};
    }
    /// The address of the end, as either point has it.
    bool is_of(Role role, const Address& address) const {
        return address == c_.a.socket(role).address || address == c_.b.socket(c_.pair.role_at_b(role)).address;
    }
    void tell(const std::vector<const ErrorCrossing*>& list) {
        const ErrorCrossing& first = *list.front();
        Role const told = first.told, peer = other(told);
        char const side = near(told), beyond = far(told);
        const SeenError& seen = error(first);
        bool const arrived = first.fate != Fate::Lost;
        std::vector<uint32_t> numbers;
        numbers.reserve(list.size());
        for (const ErrorCrossing* const c : list) numbers.push_back(error(*c).frame);
        std::string const where = frames(numbers, arrived ? side : beyond);
        std::string const who = name_of(seen.sender, peer, first.fate);
        bool const by_peer = first.fate != Fate::Injected && is_of(peer, seen.sender);
        std::string const what = words_of(seen.says, by_peer ? "it" : format("the %s", name(peer)));
        std::string text;
        FindingKind kind = FindingKind::IcmpBetween;
        if (first.fate == Fate::Injected) {
            text = format("%s told the %s by ICMP (%s) that %s.", who.c_str(), name(told), where.c_str(), what.c_str());
        } else if (first.fate == Fate::Lost) {
            kind = FindingKind::IcmpLost;
            text = format("%s said by ICMP (%s) that %s; that was%s lost between %c and %c, and the %s was not told.",
                          who.c_str(), where.c_str(), what.c_str(), first.sure ? "" : " probably", name_a_, name_b_,
                          name(told));
        } else {
            kind = FindingKind::IcmpSent;
            std::vector<uint32_t> before;
            before.reserve(list.size());
            for (const ErrorCrossing* const c : list)
                before.push_back((c->from_a ? c_.a.errors[c->a] : c_.b.errors[c->b]).frame);
            text = format("%s told the %s by ICMP (%s) that %s; %c shows that, too (%s).", who.c_str(), name(told),
                          where.c_str(), what.c_str(), beyond, frames(before, beyond).c_str());
        }
        Finding& finding = add(kind, "");
        for (const ErrorCrossing* const c : list) {
            if (c->a != no_index) finding.frames_a.push_back(c_.a.errors[c->a].frame);
            if (c->b != no_index) finding.frames_b.push_back(c_.b.errors[c->b].frame);
        }
        finding.text = text + (first.fate == Fate::Injected ? quoted_text(list, side, beyond) : "");
    }
    std::string name_of(const Address& sender, Role peer, Fate fate) const {
        char const beyond = far(other(peer));
        if (fate == Fate::Injected && is_of(peer, sender))
            return format("A box between %c and %c, in the name of the %s,", name_a_, name_b_, name(peer));
        if (is_of(peer, sender)) return format("The %s", name(peer));
        std::string const address = sender.length == 0 ? "" : ", " + address_text(sender) + ",";
        return fate == Fate::Injected ? format("A router between %c and %c%s", name_a_, name_b_, address.c_str())
                                      : format("A router beyond %c%s", beyond, address.c_str());
    }
    static std::string words_of(IcmpVerdict says, const std::string& peer) {
        const Saying& saying = sayings[static_cast<size_t>(says)];
        return saying.names_peer ? peer + " " + saying.words : saying.words;
    }
    /// What became of the segments that the errors are about.
    std::string quoted_text(const std::vector<const ErrorCrossing*>& list, char side, char beyond) const {
        std::vector<uint32_t> numbers;
        numbers.reserve(list.size());
        for (const ErrorCrossing* const c : list) numbers.push_back(seq_at_a(*c).value);
        std::sort(numbers.begin(), numbers.end());
        std::vector<const Crossing*> lost, passed;
        for (const Crossing& c : crossings()) {
            const SeenSegment& s = segment(c);
            if (c.sender != list.front()->told || s.span() == 0 || (c.a == no_index && c.b == no_index)) continue;
            uint32_t const number = (c.a != no_index ? s.seq : c_.seq_at_a(s)).value;
            if (!std::binary_search(numbers.begin(), numbers.end(), number)) continue;
            if (c.fate == Fate::Lost) lost.push_back(&c);
            if (c.fate == Fate::Passed) passed.push_back(&c);
        }
        std::vector<const Crossing*> const& quoted = lost.empty() ? passed : lost;
        if (quoted.empty()) return "";
        return format(" The %s quoted (%s) %s.", count_of(quoted.size(), "segment", "segments"),
                      frames(frames_of(quoted), side).c_str(),
                      format(lost.empty() ? "came to %c all the same" : "never came to %c", beyond).c_str());
    }
    Seq seq_at_a(const ErrorCrossing& c) const {
        if (c.a != no_index) return c_.a.errors[c.a].seq;
        return c_.b.errors[c.b].seq - c_.pair.shift[static_cast<size_t>(c.told)];
    }
};

}  // namespace

void find_errors(const Findings& findings) { Errors(findings).run(); }

}  // namespace tcpstate
