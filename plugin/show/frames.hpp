// SPDX-License-Identifier: GPL-2.0-or-later
/// -z tcpstate,frames: which frames carry or quote TCP between which two sockets, as JSON lines for programs that cut
/// captures by connection. Packets in other frames cannot change what is said about these sockets.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "segment.hpp"

namespace tcpstate {

/// Everything that the statistic prints.
class FrameIndex {
public:
    void add_segment(uint32_t frame, const Path& path);
    void add_fragment(uint32_t frame);
    void add_time(uint32_t frame, int64_t time);
    void print() const;

private:
    using Key = std::array<char, 2 * 19>;  // both sockets, the smaller one first
    struct Hash {
        size_t operator()(const Key& key) const { return std::hash<std::string_view>{}({key.data(), key.size()}); }
    };
    struct Occurrence {
        uint32_t frame, pair;
    };

    static Key key_of(const Path& path);
    /// Frames come in order; when they begin again, so does the file (the second pass of -2).
    void begin(uint32_t frame) {
        if (frame < newest_) *this = FrameIndex{};
        newest_ = frame;
    }

    std::unordered_map<Key, uint32_t, Hash> pairs_;  // index into paths_
    std::vector<Path> paths_;
    std::vector<Occurrence> occurrences_;
    std::vector<uint32_t> fragments_;
    int64_t first_ = std::numeric_limits<int64_t>::max(), last_ = std::numeric_limits<int64_t>::min();
    uint32_t newest_ = 0;
};

void register_frames();

}  // namespace tcpstate
