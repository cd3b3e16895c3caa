// SPDX-License-Identifier: GPL-2.0-or-later
/// SYNs of connections that are nothing else yet, as the request sockets of a listener are: most of them are scans and
/// floods and never become more. A twelfth of the size of a connection.
#pragma once
#include <cstdint>

#include "connection.hpp"
#include "pool.hpp"

namespace tcpstate {

class SynCache {
public:
    /// Keeps a SYN and returns its index. Throws std::bad_alloc.
    uint32_t add(const Segment& syn) { return entries_.add(syn); }
    Segment operator[](uint32_t index) const {
        Segment syn;
        static_cast<SegmentHeader&>(syn) = entries_[index];
        return syn;
    }
    /// Its index may be given to another SYN. Throws std::bad_alloc.
    void remove(uint32_t index) { entries_.remove(index); }

private:
    RecyclingPool<SegmentHeader> entries_;
};

/// What a SYN of Side::A to another host makes of its sender, as `analyse` and `apply` would.
void apply_first_syn(const Segment& syn, Connection& connection);
/// The verdict on that SYN, but for `conn`. `verdict` is as it was made.
void read_off_first_syn(Verdict& verdict);

}  // namespace tcpstate
