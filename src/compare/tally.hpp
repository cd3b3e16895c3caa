// SPDX-License-Identifier: GPL-2.0-or-later
/// How many things happened when, to the millisecond.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tcpstate {

class Tally {
public:
    /// Throws std::bad_alloc.
    void note(int64_t time);
    /// All are noted.
    void finish();
    /// From the millisecond of `begin` to that of `end`, when all are noted.
    size_t count(int64_t begin, int64_t end) const;

private:
    void gather();

    std::vector<std::pair<int64_t, size_t>> counts_;  // by millisecond; at last of all until then
    size_t limit_ = 1 << 12;
};

}  // namespace tcpstate
