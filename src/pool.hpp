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
        if (size_ % block == 0) blocks_.push_back(std::make_unique<T[]>(block));
        return size_++;
    }
    void grow_to(uint32_t size) {
        while (blocks_.size() * block < size) blocks_.push_back(std::make_unique<T[]>(block));
        if (size > size_) size_ = size;
    }
    void clear() {
        blocks_.clear();
        size_ = 0;
    }

private:
    static constexpr uint32_t block = 1024;
    std::vector<std::unique_ptr<T[]>> blocks_;
    uint32_t size_ = 0;
};

}  // namespace tcpstate
