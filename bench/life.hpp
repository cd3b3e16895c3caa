// SPDX-License-Identifier: GPL-2.0-or-later
/// One connection of made-up traffic, written down as the story that it is: a coroutine that yields segment after
/// segment.
#pragma once
#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>

#include "segment.hpp"

namespace tcpstate::bench {

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere, unlike the standard library's distributions.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t next() {
        uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// A number below `bound`.
    uint32_t below(uint32_t bound) { return static_cast<uint32_t>((next() >> 32) * bound >> 32); }
    /// True once in `n` on average.
    bool once_in(uint32_t n) { return below(n) == 0; }

private:
    uint64_t state_;
};

/// A segment and who sends it. Frame number and time are the capture's business.
struct Shot {
    bool by_client = true;
    Segment segment;
};

class Life {
public:
    struct promise_type {
        Shot shot;
        Life get_return_object() { return Life(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(const Shot& next) {
            shot = next;
            return {};
        }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };

    explicit Life(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Life(Life&& from) noexcept : handle_(std::exchange(from.handle_, {})) {}
    Life& operator=(Life&& from) noexcept {
        std::swap(handle_, from.handle_);
        return *this;
    }
    ~Life() {
        if (handle_) handle_.destroy();
    }

    bool next(Shot& shot) {
        handle_.resume();
        if (handle_.done()) return false;
        shot = handle_.promise().shot;
        return true;
    }

private:
    std::coroutine_handle<promise_type> handle_;
};

/// The stories. Each takes about `budget` segments; `random` decides what the story leaves open.
Life web(Random random, uint32_t budget);
Life transfer(Random random, uint32_t budget);
Life half_open(Random random, uint32_t budget);
Life half_closed(Random random, uint32_t budget);
Life loss(Random random, uint32_t budget);
Life single_syn(Random random, uint32_t budget);

}  // namespace tcpstate::bench
