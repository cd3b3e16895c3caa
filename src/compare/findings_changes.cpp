// SPDX-License-Identifier: GPL-2.0-or-later
// What came out of nowhere, and what is not as it was: contents, addresses, numbers, order.
#include <cinttypes>

#include "findings.hpp"
#include "names.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

class Differences : public Findings {
public:
    explicit Differences(const Findings& findings) : Findings(findings) {}
    void run() {
        find_injected_data();
        find_changes();
        find_rewriting();
        find_order();
    }

private:
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
};

}  // namespace

void find_changes(const Findings& findings) { Differences(findings).run(); }

}  // namespace tcpstate
