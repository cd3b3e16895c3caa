// SPDX-License-Identifier: GPL-2.0-or-later
#include "printing.hpp"

#include <array>
#include <cinttypes>

namespace tcpstate {
namespace {

using Bytes = std::array<uint8_t, 16>;

void add_ipv4(const uint8_t* bytes, Text& text) {
    for (int i = 0; i < 4; ++i) {
        if (i != 0) text.add_text(".");
        text.add_number(bytes[i]);
    }
}

unsigned word(const Bytes& bytes, size_t i) { return static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]); }

struct Run {
    size_t begin = 0, length = 0;
    bool has(size_t i) const { return i >= begin && i < begin + length; }
};

/// The first of the longest runs of at least two zero words (RFC 5952 4.2).
Run longest_zeros(const Bytes& bytes) {
    Run longest, run;
    for (size_t i = 0; i < 8; ++i) {
        if (word(bytes, i) == 0)
            ++run.length;
        else
            run = {i + 1, 0};
        if (run.length > longest.length) longest = run;
    }
    return longest.length >= 2 ? longest : Run{};
}

void add_ipv6(const Bytes& bytes, Text& text) {
    Run const zeros = longest_zeros(bytes);
    bool const holds_ipv4 = zeros.begin == 0 && (zeros.length == 6 || (zeros.length == 5 && word(bytes, 5) == 0xffff));
    size_t const words = holds_ipv4 ? 6 : 8;
    for (size_t i = 0; i < words; ++i) {
        if (zeros.has(i)) {
            if (i == zeros.begin) text.add_text(":");
            continue;
        }
        if (i != 0) text.add_text(":");
        text.add_number(word(bytes, i), 16);
    }
    if (zeros.length != 0 && zeros.begin + zeros.length == 8) text.add_text(":");
    if (!holds_ipv4) return;
    text.add_text(":");
    add_ipv4(&bytes[12], text);
}

}  // namespace

void add_address(const Address& address, Text& text) {
    if (address.length == 4)
        add_ipv4(address.bytes.data(), text);
    else
        add_ipv6(address.bytes, text);
}

void add_socket(const Socket& socket, Text& text) {
    bool const v6 = socket.address.length == 16;
    if (v6) text.add_text("[");
    add_address(socket.address, text);
    text.add_all(v6 ? "]:" : ":", socket.port);
}

void add_flags(uint8_t flags, Text& text) {
    static constexpr struct {
        uint8_t bit;
        const char* name;
    } names[] = {{flag::Syn, "SYN"}, {flag::Fin, "FIN"}, {flag::Rst, "RST"},
                 {flag::Psh, "PSH"}, {flag::Ack, "ACK"}, {flag::Urg, "URG"}};
    const char* between = "";
    for (auto const& [bit, name] : names) {
        if ((flags & bit) == 0) continue;
        text.add_all(between, name);
        between = ",";
    }
    if (between[0] == '\0') text.add_text("no flags");
}

void add_seconds(int64_t nanoseconds, Text& text) {
    bool const negative = nanoseconds < 0;
    uint64_t const size = negative ? 0 - static_cast<uint64_t>(nanoseconds) : static_cast<uint64_t>(nanoseconds);
    constexpr uint64_t second = 1'000'000'000;
    char fraction[] = ".000000000";
    uint64_t rest = size % second;
    for (size_t digit = 9; rest != 0; --digit, rest /= 10) fraction[digit] = static_cast<char>('0' + rest % 10);
    if (negative) text.add_text("-");
    text.add_number(size / second);
    text.add_text(fraction);
}

void add_rounded(int64_t nanoseconds, Text& text) {
    double const seconds = static_cast<double>(nanoseconds) / 1e9;
    text.add_tenths(seconds >= 1 ? seconds : seconds * 1000);
    text.add_text(seconds >= 1 ? " s" : " ms");
}

void add_json_string(std::string_view text, std::string& line) {
    line += '"';
    for (char const letter : text) {
        if (letter == '"' || letter == '\\') line += '\\';
        line += letter;
    }
    line += '"';
}

}  // namespace tcpstate
