// SPDX-License-Identifier: GPL-2.0-or-later
/// Text in fixed storage: no allocation, no destructor, so that Wireshark's longjmp may pass over it.
#pragma once
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "compiler.hpp"

namespace tcpstate {

class Text {
public:
    Text() { data_[0] = '\0'; }
    const char* c_str() const { return data_; }
    std::string_view view() const { return {data_, static_cast<size_t>(size_)}; }
    int size() const { return size_; }
    bool empty() const { return size_ == 0; }
    void clear() {
        size_ = 0;
        data_[0] = '\0';
    }
    /// Appends as printf does; what does not fit is cut off.
    TCPSTATE_PRINTF(2, 3) void add(const char* format, ...);
    /// \name The same for what tables are full of, and faster
    /// @{
    void add_text(std::string_view text);
    void add_number(uint64_t number, int base = 10);
    /// With one digit behind the point.
    void add_tenths(double number);
    /// Texts and numbers, one behind the other.
    template <typename... Part>
    void add_all(const Part&... parts) {
        (add_part(parts), ...);
    }
    /// @}

private:
    void add_part(std::string_view text) { add_text(text); }
    template <std::unsigned_integral Number>
    void add_part(Number number) {
        add_number(number);
    }

    static constexpr int capacity = 1024;
    int size_ = 0;
    char data_[capacity];
};

}  // namespace tcpstate
