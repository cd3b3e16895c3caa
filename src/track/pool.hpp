// SPDX-License-Identifier: GPL-2.0-or-later
/// Lists in blocks: elements never move and growing never copies.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "compiler.hpp"

namespace tcpstate {

/// Blocks of some 16 KB: a larger one would push other things out of the processor's cache when it is made.
template <typename T>
constexpr uint32_t usual_block = std::bit_floor(uint32_t{16'384} / static_cast<uint32_t>(sizeof(T)));

/// One that only grows.
template <typename T, uint32_t block = usual_block<T>>
class Pool {
public:
    Pool() = default;
    Pool(Pool&& other) noexcept { *this = std::move(other); }
    Pool& operator=(Pool&& other) noexcept {
        std::swap(blocks_, other.blocks_);
        std::swap(size_, other.size_);
        std::swap(next_, other.next_);
        std::swap(end_of_block_, other.end_of_block_);
        return *this;
    }
    ~Pool() {
        if constexpr (!std::is_trivially_destructible_v<T>)
            for (uint32_t i = 0; i < size_; ++i) (*this)[i].~T();
    }

    uint32_t size() const { return size_; }
    T& operator[](uint32_t i) { return *at(i); }
    const T& operator[](uint32_t i) const { return *at(i); }
    /// Appends an element, a default one if none is given, and returns its index.
    template <typename... Of>
    uint32_t add(Of&&... element) {
        if (next_ == end_of_block_) add_block();
        new (static_cast<void*>(next_)) T(std::forward<Of>(element)...);
        ++next_;
        return size_++;
    }
    /// Appends default elements until there are `size`.
    TCPSTATE_NOINLINE void grow_to(uint32_t size) {
        while (size_ < size) add();
    }

private:
    /// A multiple of every element's alignment: an element that fills cache lines begins with one.
    static constexpr std::align_val_t line{64};
    struct Release {
        void operator()(std::byte* bytes) const { ::operator delete[](bytes, line); }
    };

    T* at(uint32_t i) const { return reinterpret_cast<T*>(blocks_[i / block].get()) + i % block; }
    TCPSTATE_NOINLINE void add_block() {
        if (blocks_.size() == blocks_.capacity())
            blocks_.reserve(2 * blocks_.size() + 1);  // before there is something to lose
        blocks_.emplace_back(static_cast<std::byte*>(::operator new[](block * sizeof(T), line)));
        next_ = at(size_);
        end_of_block_ = next_ + block;
    }

    std::vector<std::unique_ptr<std::byte[], Release>> blocks_;
    uint32_t size_ = 0;
    T* next_ = nullptr;  // where the next element goes, in the latest block
    T* end_of_block_ = nullptr;
};

/// A pool whose elements can be removed: what is added next takes their place.
template <typename T>
class RecyclingPool {
public:
    T& operator[](uint32_t i) { return pool_[i]; }
    const T& operator[](uint32_t i) const { return pool_[i]; }
    /// Of all places, free ones too.
    uint32_t size() const { return pool_.size(); }
    /// The index that the next element will get.
    uint32_t next() const { return free_.empty() ? pool_.size() : free_.back(); }
    /// Adds a blank element, or this one, and returns its index. Throws std::bad_alloc.
    uint32_t add() {
        if (free_.empty()) return pool_.add();
        uint32_t const index = free_.back();
        free_.pop_back();
        return index;
    }
    uint32_t add(T element) {
        uint32_t const index = add();
        pool_[index] = std::move(element);
        return index;
    }
    /// Throws std::bad_alloc.
    void remove(uint32_t index) {
        pool_[index] = T{};
        free_.push_back(index);
    }

private:
    Pool<T> pool_;
    std::vector<uint32_t> free_;
};

/// A list that grows at its end only, and of which any element can be dropped: a page of dropped elements gives back
/// its memory. Indices stay as they are.
template <typename T, uint32_t page>
class Pages {
public:
    uint32_t size() const { return size_; }
    T& operator[](uint32_t i) { return pages_[i / page]->elements[i % page]; }
    /// A blank one if it was dropped.
    const T& operator[](uint32_t i) const {
        static const T blank{};
        return pages_[i / page] != nullptr ? pages_[i / page]->elements[i % page] : blank;
    }
    void grow_to(uint32_t size) {
        while (pages_.size() * page < size) pages_.push_back(std::make_unique<Page>());
        size_ = std::max(size_, size);
    }
    uint32_t add(T element) {
        uint32_t const index = size_;
        grow_to(index + 1);
        (*this)[index] = std::move(element);
        return index;
    }
    /// Once for each element.
    void drop(uint32_t i) {
        (*this)[i] = T{};
        if (++pages_[i / page]->dropped == page) pages_[i / page].reset();
    }

private:
    struct Page {
        std::array<T, page> elements{};
        uint32_t dropped = 0;
    };
    std::vector<std::unique_ptr<Page>> pages_;
    uint32_t size_ = 0;
};

}  // namespace tcpstate
