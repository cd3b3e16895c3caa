// SPDX-License-Identifier: GPL-2.0-or-later
/// Made-up traffic, the same for the same arguments on every machine: as segments in memory for core_bench, and on
/// disk by way of generator.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "life.hpp"
#include "segment.hpp"

namespace tcpstate::bench {

enum class Mix : uint8_t {
    Blend,       ///< mostly web, some of everything else
    Web,         ///< requests and answers of some segments, an orderly close
    Transfer,    ///< one direction sends, the other acknowledges every second segment
    HalfOpen,    ///< one end dies; the other repeats itself and is reset at last
    HalfClosed,  ///< the client says FIN first, the server goes on
    Loss,        ///< a transfer with reordering, loss, SACK and retransmission
    Reuse,       ///< one 4-tuple, one short life after the other
    SynFlood,    ///< one SYN per connection and nothing else
    Count
};

std::string_view name(Mix mix);
std::optional<Mix> mix_named(std::string_view name);

struct Packet {
    Path path;
    Segment segment;
};

/// `segments` segments of `connections` connections; lives of as many segments as that makes, many at a time.
class Traffic {
public:
    Traffic(Mix mix, uint32_t segments, uint32_t connections);
    /// The next segment of the capture; false at its end.
    bool next(Packet& packet);

private:
    struct Running {
        Path path;  // of the client's segments
        Life life;
    };
    Running begin(uint32_t index) const;

    Mix mix_;
    Random random_;
    uint32_t segments_, connections_;
    uint32_t frame_ = 0, begun_ = 0;
    int64_t now_ = 1'700'000'000'000'000'000;
    std::vector<Running> running_;
    size_t turn_ = 0;
};

}  // namespace tcpstate::bench
