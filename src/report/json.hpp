// SPDX-License-Identifier: GPL-2.0-or-later
/// JSON as it is written: objects and arrays, one in another; commas are its business.
#pragma once
#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "printing.hpp"

namespace tcpstate {

class Json {
public:
    /// Writes a string with its quotation marks.
    using AddString = void (*)(std::string_view text, std::string& json);

    explicit Json(AddString add_string = add_json_string) : add_string_(add_string) {}
    Json& begin(char bracket) {
        separate();
        text_ += bracket;
        first_ = true;
        return *this;
    }
    Json& end(char bracket) {
        text_ += bracket;
        first_ = false;
        return *this;
    }
    Json& key(std::string_view name) {
        separate();
        add_string_(name, text_);
        text_ += ':';
        first_ = true;
        return *this;
    }
    Json& value(std::string_view text) {
        separate();
        add_string_(text, text_);
        return *this;
    }
    Json& value(const char* text) { return value(std::string_view(text)); }
    Json& value(std::same_as<bool> auto yes) { return raw(yes ? "true" : "false"); }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) Json& value(Number number) {
        char digits[24];
        auto const [end, error] = std::to_chars(digits, digits + sizeof digits, number);
        return raw({digits, static_cast<size_t>(end - digits)});
    }
    Json& value(double number) {
        char text[32];
        std::snprintf(text, sizeof text, "%.12g", number);
        return raw(text);
    }
    /// Nanoseconds as seconds.
    Json& seconds(int64_t nanoseconds) {
        Text text;
        add_seconds(nanoseconds, text);
        return raw(text.view());
    }
    Json& null() { return raw("null"); }
    /// What is JSON already.
    Json& raw(std::string_view json) {
        separate();
        text_ += json;
        return *this;
    }
    void end_line() {
        text_ += '\n';
        first_ = true;
    }
    const std::string& text() const { return text_; }
    std::string take() {
        std::string text = std::move(text_);
        clear();
        return text;
    }
    void clear() {
        text_.clear();
        first_ = true;
    }

private:
    void separate() {
        if (!first_) text_ += ',';
        first_ = false;
    }

    AddString add_string_;
    std::string text_;
    bool first_ = true;
};

}  // namespace tcpstate
