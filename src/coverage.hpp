// SPDX-License-Identifier: GPL-2.0-or-later
/// Which part of one direction's sequence space has been seen: everything below an edge, and a few islands beyond.
#pragma once
#include <array>
#include <cstdint>

#include "seq.hpp"

namespace tcpstate {

class Coverage {
public:
    void start(Seq edge) { edge_ = edge; count_ = 0; }
    /// First sequence number not seen: RCV.NXT of a receiver that got all that was seen.
    Seq edge() const { return edge_; }
    bool has_hole() const { return count_ > 0; }
    /// Marks [from, to) as seen and returns how many numbers of it are new.
    uint32_t add(Seq from, Seq to);
    /// Everything below `edge` has arrived, seen or not (the receiver acknowledged it).
    void skip_to(Seq edge);

private:
    struct Island { Seq from, to; };
    void absorb();          // the edge swallows islands it has reached
    void remove(uint8_t i);

    /// More would cost every connection memory; a further one drops the farthest, which only delays the edge
    /// until the receiver acknowledges.
    static constexpr uint8_t max_islands = 2;
    Seq edge_;
    std::array<Island, max_islands> islands_{};
    uint8_t count_ = 0;
};

}  // namespace tcpstate
