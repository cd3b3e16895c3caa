// SPDX-License-Identifier: GPL-2.0-or-later
/// A list that only grows, in blocks: elements never move and growing never copies.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

namespace tcpstate {

template <typename T>
class Pool {
public:
    uint32_t size() const { return size_; }
    T& operator[](uint32_t i) { return blocks_[i / block][i % block]; }
    const T& operator[](uint32_t i) const { return blocks_[i / block][i % block]; }
    /// Appends a default element and returns its index.
    uint32_t add() {
        grow_to(size_ + 1);
        return size_ - 1;
    }
    void grow_to(uint32_t size) {
        if (size > capacity_) add_blocks(size);
        if (size > size_) size_ = size;
    }
    void clear() {
        blocks_.clear();
        size_ = capacity_ = 0;
    }

private:
    [[gnu::noinline]] void add_blocks(uint32_t size) {
        for (; capacity_ < size; capacity_ += block) blocks_.push_back(std::make_unique<T[]>(block));
    }

    static constexpr uint32_t block = 1024;
    std::vector<std::unique_ptr<T[]>> blocks_;
    uint32_t size_ = 0, capacity_ = 0;
};

}  // namespace tcpstate
