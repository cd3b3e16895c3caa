// SPDX-License-Identifier: GPL-2.0-or-later
/// A list that only grows, in blocks: elements never move and growing never copies.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace tcpstate {

/// Plain data comes as zeros: a large block of them costs nothing before it is used.
template <typename T, uint32_t block = 1024>
class Pool {
public:
    uint32_t size() const { return size_; }
    T& operator[](uint32_t i) { return blocks_[i / block].get()[i % block]; }
    const T& operator[](uint32_t i) const { return blocks_[i / block].get()[i % block]; }
    /// Appends a default element and returns its index.
    uint32_t add() {
        grow_to(size_ + 1);
        return size_ - 1;
    }
    void grow_to(uint32_t size) {
        if (size > capacity_) add_blocks(size);
        if (size > size_) size_ = size;
    }

private:
    static constexpr bool plain = std::is_trivially_default_constructible_v<T> && std::is_trivially_destructible_v<T>;
    struct Release {
        void operator()(T* elements) const {
            if constexpr (plain) std::free(elements);
            else delete[] elements;
        }
    };
    using Block = std::unique_ptr<T, Release>;

    static Block make_block() {
        if constexpr (plain) {
            if (void* const memory = std::calloc(block, sizeof(T))) return Block(static_cast<T*>(memory));
            throw std::bad_alloc();
        } else {
            return Block(new T[block]);
        }
    }
    [[gnu::noinline]] void add_blocks(uint32_t size) {
        for (; capacity_ < size; capacity_ += block) blocks_.push_back(make_block());
    }

    std::vector<Block> blocks_;
    uint32_t size_ = 0, capacity_ = 0;
};

}  // namespace tcpstate
