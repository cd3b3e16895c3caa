// SPDX-License-Identifier: GPL-2.0-or-later
#include "conclusions.hpp"

#include "names.hpp"

namespace tcpstate {

const char* name(Weight weight) {
    static constexpr const char* names[] = {"error", "warning", "note", "ok"};
    static_assert(std::size(names) == static_cast<size_t>(Weight::Count));
    return names[static_cast<size_t>(weight)];
}

std::vector<Conclusion> conclude(const PageSource& source) {
    std::vector<Conclusion> list;
    for (Outcome const outcome : {Outcome::Crashed, Outcome::HalfOpen, Outcome::Aborted, Outcome::HalfClosed}) {
        Conclusion conclusion{Weight::Error, "", {}};
        for (uint32_t conn = 0; conn < source.rows.all().size(); ++conn)
            if (source.rows.all()[conn].first.frame != 0 && source.tracker.connection(conn).outcome() == outcome)
                conclusion.connections.push_back(conn);
        conclusion.text = std::to_string(conclusion.connections.size()) + " " + name(outcome);
        if (!conclusion.connections.empty()) list.push_back(conclusion);
    }
    if (list.empty()) list.push_back({Weight::Ok, "Nothing is wrong.", {}});
    return list;
}

}  // namespace tcpstate
