// SPDX-License-Identifier: GPL-2.0-or-later
// What the crossings of a connection say, in sentences.
#include <algorithm>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <unordered_set>

#include "clock.hpp"
#include "comparison.hpp"
#include "names.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

/// In a list of frames, more than this are counted only.
constexpr size_t frames_told = 6;
/// Below it one end's state is just not yet known to the other.
constexpr int64_t shortest_half_open = 10 * millisecond;

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

std::string frames(const std::vector<uint32_t>& list, char point) {
    std::string text = list.size() == 1 ? "frame " : "frames ";
    for (size_t i = 0; i < std::min(list.size(), frames_told); ++i) {
        if (i != 0) text += i + 1 == list.size() ? " and " : ", ";
        text += std::to_string(list[i]);
    }
    if (list.size() > frames_told) text += format(" and %zu more", list.size() - frames_told);
    return text + " of " + point;
}

std::string rounded(int64_t nanoseconds) {
    Text text;
    add_rounded(nanoseconds, text);
    return text.c_str();
}

std::string socket_text(const Socket& socket) {
    Text text;
    add_socket(socket, text);
    return text.c_str();
}

const char* count_of(size_t count, const char* one, const char* many) { return count == 1 ? one : many; }

/// Gathers the findings of one connection.
class Finder {
public:
    Finder(const Stretch& stretch, const Passage& passage, char name_a, char name_b)
        : stretch_(stretch), passage_(passage), c_(stretch.connection(passage)), name_a_(name_a), name_b_(name_b) {}

    std::vector<Finding> run() {
        find_resets();
        for (Role const role : {Role::Client, Role::Server}) find_silence(role);
        find_half_open();
        for (Role const role : {Role::Client, Role::Server}) find_losses(role);
        find_injected_data();
        find_changes();
        find_rewriting();
        find_order();
        for (bool const at_a : {true, false}) find_gaps(at_a);
        std::stable_sort(findings_.begin(), findings_.end(),
                         [](const Finding& x, const Finding& y) { return x.kind < y.kind; });
        return std::move(findings_);
    }

private:
    const SeenSegment* at_a(const Crossing& c) const { return c.a == no_index ? nullptr : &c_.a.segments[c.a]; }
    const SeenSegment* at_b(const Crossing& c) const { return c.b == no_index ? nullptr : &c_.b.segments[c.b]; }
    /// As the point shows it that its sender is nearer to, or the other one.
    const SeenSegment& segment(const Crossing& c) const {
        const SeenSegment *a = at_a(c), *b = at_b(c);
        const SeenSegment *first = c.from_a ? a : b, *second = c.from_a ? b : a;
        return first != nullptr ? *first : *second;
    }
    char first_point(const Crossing& c) const { return c.from_a ? name_a_ : name_b_; }
    char second_point(const Crossing& c) const { return c.from_a ? name_b_ : name_a_; }
    /// The point on that end's side.
    char near(Role role) const { return (role == Role::Client) == passage_.client_at_a ? name_a_ : name_b_; }
    char far(Role role) const { return near(other(role)); }
    const std::vector<Crossing>& crossings() const { return passage_.crossings; }

    Finding& add(FindingKind kind, std::string text) {
        findings_.push_back({kind, std::move(text), {}, {}});
        return findings_.back();
    }
    static void cite(Finding& finding, const SeenSegment* a, const SeenSegment* b) {
        if (a != nullptr) finding.frames_a.push_back(a->frame);
        if (b != nullptr) finding.frames_b.push_back(b->frame);
    }

    // What the two points say of a RST --------------------------------------------------------------------------

    void find_resets() {
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
        const SeenSegment &near = c.from_a ? *at_a(c) : *at_b(c), &far = c.from_a ? *at_b(c) : *at_a(c);
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
        bool const own_link = near.ttl != unknown_ttl && hops(near.ttl) == 0;
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

    // Who was silent, and why ------------------------------------------------------------------------------------

    /// What was sent again and again in vain: did the repeats arrive, were they answered?
    void find_silence(Role role) {
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
    std::vector<uint32_t> frames_of(const std::vector<const Crossing*>& list) const {
        std::vector<uint32_t> frames;
        for (const Crossing* const c : list) frames.push_back(segment(*c).frame);
        return frames;
    }
    void cite_all(Finding& finding, const std::vector<const Crossing*>& run) const {
        for (const Crossing* const c : run) cite(finding, at_a(*c), at_b(*c));
    }
    size_t answers_lost(Role role, int64_t since, int64_t until) const {
        return static_cast<size_t>(std::count_if(crossings().begin(), crossings().end(), [&](const Crossing& c) {
            return c.sender == role && c.time >= since && c.time <= until + second && c.fate == Fate::Lost &&
                   !segment(c).any(flag::Rst);
        }));
    }
    /// Whether other connections passed meanwhile in that direction.
    std::string others(const Crossing& first, const Crossing& last) const {
        size_t passed = 0, lost = 0;
        for (const Passage& passage : stretch_.passages) {
            if (&passage == &passage_) continue;
            for (const Crossing& c : passage.crossings) {
                if (c.time < first.time || c.time > last.time || c.from_a != first.from_a) continue;
                if (c.fate == Fate::Passed) ++passed;
                if (c.fate == Fate::Lost) ++lost;
            }
        }
        if (passed == 0 && lost == 0) return "";
        if (passed == 0) return " All other connections lost everything meanwhile, too.";
        return format(" Other connections went on meanwhile: %zu of their segments passed.", passed);
    }

    // What either end was in truth ------------------------------------------------------------------------------

    static bool is_synchronized(State state) {
        return state == State::Established || state == State::FinWait1 || state == State::FinWait2 ||
               state == State::CloseWait;
    }
    /// Each end's states as the point on its side infers them.
    void find_half_open() {
        std::array<State, 2> state{State::Unknown, State::Unknown};
        bool open = false;
        int64_t since = 0, end = 0;
        Role gone = Role::Client;
        for (const auto& [time, role, segment] : near_states()) {
            auto const index = static_cast<size_t>(role);
            state[index] = role == Role::Client ? segment->after.client_state : segment->after.server_state;
            bool const half = (state[0] == State::Closed && is_synchronized(state[1])) ||
                              (state[1] == State::Closed && is_synchronized(state[0]));
            if (half && !open) {
                since = time;
                gone = state[0] == State::Closed ? Role::Client : Role::Server;
            }
            if (!half && open) tell_half_open(gone, since, time, false);
            open = half;
            end = time;
        }
        if (open) tell_half_open(gone, since, std::max(end, end_of_capture()), true);
    }
    int64_t end_of_capture() const { return std::max(stretch_.a.end(), stretch_.clocks.to_a(stretch_.b.end())); }
    struct NearState {
        int64_t time;
        Role role;
        const SeenSegment* segment;
    };
    /// After each segment at a point the state of the end on its side, by A's clock.
    std::vector<NearState> near_states() const {
        std::vector<NearState> states;
        for (const SeenSegment& s : c_.a.segments)
            states.push_back({s.time, passage_.client_at_a ? Role::Client : Role::Server, &s});
        for (const SeenSegment& s : c_.b.segments)
            states.push_back({stretch_.clocks.to_a(s.time),
                              c_.pair.role_at_a(passage_.client_at_a ? Role::Server : Role::Client), &s});
        std::stable_sort(states.begin(), states.end(),
                         [](const NearState& x, const NearState& y) { return x.time < y.time; });
        return states;
    }
    void tell_half_open(Role gone, int64_t since, int64_t until, bool to_the_end) {
        int64_t const duration = elapsed(since, until);
        int64_t const bound = stretch_.clocks.bound() == ClockRelation::no_bound ? 0 : stretch_.clocks.bound();
        if (duration < shortest_half_open + 2 * bound) return;
        int64_t const start = crossings().front().time;
        add(FindingKind::HalfOpen,
            format("Half-open: the %s was CLOSED, as %c shows, and the %s went on for %s%s, from %s after the start.",
                   name(gone), near(gone), name(other(gone)), rounded(duration).c_str(),
                   to_the_end ? " to the end of the capture" : "", rounded(elapsed(start, since)).c_str()));
    }

    // Losses and the like ---------------------------------------------------------------------------------------

    void find_losses(Role role) {
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
        if (const Crossing* const last = last_ack(role); last != nullptr && last->fate == Fate::Lost) {
            std::string const text =
                format("The %s's ACK of the %s's FIN (frame %" PRIu32 " of %c) was lost between %c and %c.", name(role),
                       name(other(role)), segment(*last).frame, first_point(*last), name_a_, name_b_);
            cite(add(FindingKind::LastAckLost, text), at_a(*last), at_b(*last));
        }
        std::vector<uint32_t> list;
        for (const Crossing* const c : all) list.push_back(segment(*c).frame);
        std::string text = format("%zu of %zu segments of the %s %s lost between %c and %c: %s.", all.size(), sent,
                                  name(role), count_of(all.size(), "was", "were"), name_a_, name_b_,
                                  frames(list, first_point(*all.front())).c_str());
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
        std::vector<uint32_t> list;
        for (const Crossing* const c : lost) list.push_back(segment(*c).frame);
        bool const arrived = std::any_of(crossings().begin(), crossings().end(), [&](const Crossing& c) {
            return c.sender == role && c.fate == Fate::Passed && c.time > lost.back()->time &&
                   segment(c).seq == segment(*lost.back()).seq && segment(c).span() != 0;
        });
        std::string const text = format("The %s's %s (%s) was lost between %c and %c%s; %s.", name(role), what,
                                        frames(list, first_point(*lost.front())).c_str(), name_a_, name_b_,
                                        lost.size() == 1 ? "" : format(" %zu times", lost.size()).c_str(),
                                        arrived ? "a repeat arrived" : "no repeat arrived");
        cite_all(add(kind, text), lost);
    }
    /// The first bare ACK of the peer's FIN.
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
    void find_injected_data() {
        for (const Crossing& c : crossings()) {
            const SeenSegment& s = segment(c);
            if (c.fate != Fate::Injected || s.any(flag::Rst)) continue;
            std::string const text = format(
                "Frame %" PRIu32 " of %c, in the %s's name, did not pass %c: it was%s injected between %c and %c.",
                s.frame, second_point(c), name(c.sender), first_point(c), c.sure ? "" : " probably", name_a_, name_b_);
            cite(add(FindingKind::DataInjected, text), at_a(c), at_b(c));
        }
    }
    void find_changes() {
        struct Kind {
            uint8_t bit;
            FindingKind kind;
            const char* what;
        };
        static constexpr Kind kinds[] = {{change::Payload, FindingKind::PayloadChanged, "payload"},
                                         {change::Flags, FindingKind::HeaderChanged, "flags"},
                                         {change::Window, FindingKind::HeaderChanged, "window"}};
        for (const Kind& kind : kinds) {
            std::vector<const Crossing*> changed;
            std::vector<uint32_t> list;
            for (const Crossing& c : crossings())
                if ((c.changes & kind.bit) != 0) {
                    changed.push_back(&c);
                    list.push_back(at_a(c)->frame);
                }
            if (changed.empty()) continue;
            cite_all(add(kind.kind, format("The %s of %zu %s (%s) was changed between %c and %c.", kind.what,
                                           list.size(), count_of(list.size(), "segment", "segments"),
                                           frames(list, name_a_).c_str(), name_a_, name_b_)),
                     changed);
        }
    }
    void find_rewriting() {
        for (Role const role : {Role::Client, Role::Server}) {
            const Socket &a = c_.a.socket(role), &b = c_.b.socket(c_.pair.role_at_b(role));
            bool const both = c_.pair.a != no_index && c_.pair.b != no_index;
            if (both && !(a == b))
                add(FindingKind::AddressRewritten,
                    format("The %s is %s at %c and %s at %c: a NAT in between rewrites its %s.", name(role),
                           socket_text(a).c_str(), name_a_, socket_text(b).c_str(), name_b_,
                           a.address == b.address ? "port"
                           : a.port == b.port     ? "address"
                                                  : "address and port"));
        }
        for (bool const is_a : {true, false})
            for (auto const& [frame, socket] : (is_a ? c_.a : c_.b).later_clients)
                add(FindingKind::AddressRewritten,
                    format(
                        "From frame %" PRIu32
                        " of %c on, the client is %s there: a NAT had forgotten the connection and rewrites it anew.",
                        frame, is_a ? name_a_ : name_b_, socket_text(socket).c_str()));
        if (!c_.pair.shifted()) return;
        add(FindingKind::NumbersShifted,
            format("A box between %c and %c shifts the sequence numbers: the client's by %" PRIu32
                   ", the server's by %" PRIu32 ".",
                   name_a_, name_b_, c_.pair.shift[0], c_.pair.shift[1]));
    }
    void find_order() {
        std::vector<const Crossing*> reordered, copied;
        for (const Crossing& c : crossings()) {
            if (c.reordered) reordered.push_back(&c);
            bool const behind = c.from_a ? c.b != no_index : c.a != no_index;
            if (c.fate == Fate::Copied && behind) copied.push_back(&c);
        }
        if (!reordered.empty())
            cite_all(add(FindingKind::Reordered,
                         format("%zu %s arrived behind later ones: reordered between %c and %c.", reordered.size(),
                                count_of(reordered.size(), "segment", "segments"), name_a_, name_b_)),
                     reordered);
        if (!copied.empty())
            cite_all(add(FindingKind::Duplicated,
                         format("%zu %s arrived twice: copied between %c and %c, or by the capture behind.",
                                copied.size(), count_of(copied.size(), "segment", "segments"), name_a_, name_b_)),
                     copied);
    }
    /// What one capture does not show though it was there.
    void find_gaps(bool at_a_point) {
        std::vector<const Crossing*> missing;
        for (const Crossing& c : crossings())
            if (c.fate == Fate::NotCaptured && (at_a_point ? c.a : c.b) == no_index) missing.push_back(&c);
        if (missing.empty()) return;
        char const point = at_a_point ? name_a_ : name_b_;
        std::vector<uint32_t> list;
        for (const Crossing* const c : missing) list.push_back((at_a_point ? at_b(*c) : at_a(*c))->frame);
        cite_all(add(FindingKind::NotCaptured,
                     format("%zu %s (%s) passed %c without being captured there: no loss of the network's.",
                            list.size(), count_of(list.size(), "segment", "segments"),
                            frames(list, at_a_point ? name_b_ : name_a_).c_str(), point)),
                 missing);
    }

    const Stretch& stretch_;
    const Passage& passage_;
    PairedConnection c_;
    char name_a_, name_b_;
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> find(const Stretch& stretch, const Passage& passage, char name_a, char name_b) {
    if (passage.crossings.empty()) return {};
    return Finder(stretch, passage, name_a, name_b).run();
}

}  // namespace tcpstate
