// SPDX-License-Identifier: GPL-2.0-or-later
/// The sequence numbers that one endpoint was seen to send: relative ones, repeats and gaps.
#pragma once
#include <cstdint>

#include "ranges.hpp"
#include "seq.hpp"

namespace tcpstate {

class NumbersSeen {
public:
    enum class News : uint8_t { New, Repeated, BehindGap };

    /// Relative numbers count from `first`, as Wireshark counts them: a SYN has 0. All before `edge` counts as seen.
    void begin(Seq first, Seq edge) {
        if (known_) return;
        known_ = true;
        first_ = first;
        edge_ = farthest_ = edge;
    }
    bool known() const { return known_; }
    Seq first() const { return first_; }
    uint32_t relative(Seq seq) const { return static_cast<uint32_t>(seq - first_); }

    /// How many bytes before that number were not seen so far, of those that nothing farther than it was seen of.
    uint32_t missing(Seq seq) const { return seq > farthest_ ? static_cast<uint32_t>(seq - farthest_) : 0; }

    /// Takes in what was sent, from `seq` on before `end`: what it is to those who have seen all before it.
    News take(Seq seq, Seq end) {
        if (seq == end) return News::New;
        News const news = judge(seq, end);
        if (seq > edge_) {
            beyond_.update(edge_, seq, end);
        } else if (end > edge_) {
            edge_ = beyond_.edge_after(edge_, seq, end);
            beyond_.drop_below(edge_);
        }
        farthest_ = later(farthest_, end);
        return news;
    }

private:
    News judge(Seq seq, Seq end) const {
        if (seq < edge_) return News::Repeated;
        if (seq > farthest_) return News::BehindGap;
        if (beyond_.empty()) return News::New;
        auto const found = beyond_.find(edge_, seq, end);
        return found.certain && found.unseen == 0 ? News::Repeated : News::New;
    }

    bool known_ = false;
    Seq first_, edge_, farthest_;
    SequenceRanges beyond_;  // the edge, below which all was seen
};

}  // namespace tcpstate
