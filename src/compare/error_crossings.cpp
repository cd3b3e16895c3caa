// SPDX-License-Identifier: GPL-2.0-or-later
#include "error_crossings.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace tcpstate {
namespace {

/// What stays as it is from point to point, as A has it: whom it tells, what, and of which segment.
using IdentityOfError = std::tuple<Role, IcmpVerdict, uint32_t>;

struct EqualErrors {
    std::vector<uint32_t> a, b;
};

class JudgementOfErrors {
public:
    JudgementOfErrors(const TwoPoints& points, const PairedConnection& connection, bool client_at_a)
        : points_(points), c_(connection), client_at_a_(client_at_a) {}

    std::vector<ErrorCrossing> run() {
        std::map<IdentityOfError, EqualErrors> groups;
        for (uint32_t i = 0; i < c_.a.errors.size(); ++i) {
            const SeenError& error = c_.a.errors[i];
            groups[{error.told, error.says, error.seq.value}].a.push_back(i);
        }
        for (uint32_t i = 0; i < c_.b.errors.size(); ++i) {
            const SeenError& error = c_.b.errors[i];
            Role const told = c_.pair.role_at_a(error.told);
            groups[{told, error.says, error.seq.value - c_.pair.shift[static_cast<size_t>(told)]}].b.push_back(i);
        }
        for (auto const& [identity, group] : groups) pair(std::get<Role>(identity), group);
        std::stable_sort(crossings_.begin(), crossings_.end(),
                         [](const ErrorCrossing& x, const ErrorCrossing& y) { return x.time < y.time; });
        return std::move(crossings_);
    }

private:
    int64_t time_at_a(uint32_t a) const { return c_.a.errors[a].time; }
    int64_t time_at_b(uint32_t b) const { return points_.clocks.to_a(c_.b.errors[b].time); }

    /// Each arrival is that of the latest departure before it, in order.
    void pair(Role told, const EqualErrors& group) {
        bool const from_a = (told == Role::Client) != client_at_a_;
        int64_t const slack = points_.clocks.slack();
        size_t a = group.a.size(), b = group.b.size();
        while (a > 0 || b > 0) {
            bool const both = a > 0 && b > 0;
            bool const a_is_later = both && time_at_a(group.a[a - 1]) > time_at_b(group.b[b - 1]) + slack;
            bool const b_is_later = both && time_at_b(group.b[b - 1]) > time_at_a(group.a[a - 1]) + slack;
            if (b == 0 || (from_a && a_is_later))
                add(told, from_a, group.a[--a], no_index);
            else if (a == 0 || (!from_a && b_is_later))
                add(told, from_a, no_index, group.b[--b]);
            else
                add(told, from_a, group.a[--a], group.b[--b]);
        }
    }
    void add(Role told, bool from_a, uint32_t a, uint32_t b) {
        ErrorCrossing crossing;
        crossing.a = a;
        crossing.b = b;
        crossing.told = told;
        crossing.from_a = from_a;
        bool const at_both = a != no_index && b != no_index, at_first = from_a ? a != no_index : b != no_index;
        crossing.time = a != no_index && (from_a || b == no_index) ? time_at_a(a) : time_at_b(b);
        if (at_both)
            crossing.delay = std::max<int64_t>((from_a ? time_at_b(b) : time_at_a(a)) - crossing.time, 0);
        else
            judge_unpaired(crossing, at_first);
        crossings_.push_back(crossing);
    }
    void judge_unpaired(ErrorCrossing& crossing, bool at_first) const {
        bool const missing_at_b = crossing.b == no_index;
        const Life& life = missing_at_b ? points_.life_of_b : points_.life_of_a;
        crossing.fate = !life.covers(crossing.time) ? Fate::Outside : at_first ? Fate::Lost : Fate::Injected;
        crossing.sure = life.shows(crossing.time) && (missing_at_b ? points_.b : points_.a).drops() == 0;
    }

    const TwoPoints& points_;
    const PairedConnection& c_;
    bool client_at_a_;
    std::vector<ErrorCrossing> crossings_;
};

}  // namespace

std::vector<ErrorCrossing> judge_errors(const TwoPoints& points, const PairedConnection& connection, bool client_at_a) {
    return JudgementOfErrors(points, connection, client_at_a).run();
}

}  // namespace tcpstate
