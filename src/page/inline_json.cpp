// SPDX-License-Identifier: GPL-2.0-or-later
#include "inline_json.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace tcpstate {
namespace {

/// A character of UTF-8 (RFC 3629 4): its first byte is in the range `first`, its second in the range `second`.
struct Form {
    std::array<uint8_t, 2> first, second;
    size_t size;
};
constexpr std::array forms{
    Form{{0xc2, 0xdf}, {0x80, 0xbf}, 2}, Form{{0xe0, 0xe0}, {0xa0, 0xbf}, 3}, Form{{0xe1, 0xec}, {0x80, 0xbf}, 3},
    Form{{0xed, 0xed}, {0x80, 0x9f}, 3}, Form{{0xee, 0xef}, {0x80, 0xbf}, 3}, Form{{0xf0, 0xf0}, {0x90, 0xbf}, 4},
    Form{{0xf1, 0xf3}, {0x80, 0xbf}, 4}, Form{{0xf4, 0xf4}, {0x80, 0x8f}, 4},
};

uint8_t byte(std::string_view text, size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; }
bool is_in(uint8_t byte, const std::array<uint8_t, 2>& range) { return byte >= range[0] && byte <= range[1]; }

/// How many bytes the character of several bytes has that the text begins with; 0 if it is none.
size_t size_of_character(std::string_view text) {
    for (const Form& form : forms) {
        if (!is_in(byte(text, 0), form.first)) continue;
        if (!is_in(byte(text, 1), form.second)) return 0;
        for (size_t i = 2; i < form.size; ++i)
            if (!is_in(byte(text, i), {0x80, 0xbf})) return 0;
        return form.size;
    }
    return 0;
}

bool is_harmless(char letter) {
    auto const code = static_cast<uint8_t>(letter);
    return code >= 0x20 && code < 0x7f && letter != '"' && letter != '\\' && letter != '<' && letter != '>' &&
           letter != '&';
}

void add_code(unsigned code, std::string& json) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", code);
    json += text;
}

}  // namespace

void add_inline_json_string(std::string_view text, std::string& json) {
    constexpr std::string_view replacement = "\xef\xbf\xbd", line_separator = "\xe2\x80\xa8",
                               paragraph_separator = "\xe2\x80\xa9";
    json += '"';
    while (!text.empty()) {
        size_t size = 1;
        if (is_harmless(text[0])) {
            while (size < text.size() && is_harmless(text[size])) ++size;
            json += text.substr(0, size);
        } else if (byte(text, 0) < 0x80) {
            add_code(byte(text, 0), json);
        } else if (size = size_of_character(text); size == 0) {
            json += replacement;
            size = 1;
        } else if (std::string_view const character = text.substr(0, size); character == line_separator) {
            add_code(0x2028, json);
        } else if (character == paragraph_separator) {
            add_code(0x2029, json);
        } else {
            json += character;
        }
        text.remove_prefix(size);
    }
    json += '"';
}

}  // namespace tcpstate
