// SPDX-License-Identifier: GPL-2.0-or-later
/// What a student can be asked about a connection. The page asks it, and so does `tcplab quiz`: this is the one place
/// where questions, answers and hints are written.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fields.hpp"
#include "json.hpp"

namespace tcpstate {

/// What an answer is; the last four are chosen from words.
enum class AnswerKind : uint8_t { Frame, Number, End, State, Cause, Outcome };
const char* name(AnswerKind kind);

struct Question {
    std::string text;
    AnswerKind kind;
    std::string answer;
    std::string explanation;  ///< of the answer
    std::string clue;         ///< what helps to find the answer, and is not the answer
};

/// Made from what the fields say of the segments of one connection, so they are always the same for the same capture.
/// What follows from a RST whose cause is only possible is not asked for: it is no truth to grade an answer by.
class Questions {
public:
    /// `several`: there are other connections, so each question says which one it means.
    void begin(uint32_t conn, bool several);
    /// Takes in a segment, in the order of the capture.
    void note(const View& view);
    std::vector<Question> make() const;

private:
    struct HalfOpenFound {
        std::string frame, gone, since, lost_bytes, why;
    };
    struct HalfClosedFound {
        std::string closer, since, bytes;
    };

    void note_half_open(const View& view, bool uncertain);
    void note_states(const View& view);
    void note_reset(const View& view, bool uncertain);
    void ask_half_open(std::vector<Question>& list) const;
    void ask_half_closed(std::vector<Question>& list) const;
    void ask_end(std::vector<Question>& list) const;

    std::string of_, whole_;  // which connection is meant, after a noun and as one
    std::optional<HalfOpenFound> half_open_;
    bool half_open_is_told_ = false;
    std::optional<HalfClosedFound> half_closed_;
    std::array<uint32_t, 2> asked_states_{};  // bit sets, by Role
    int asked_resets_ = 0;
    std::vector<Question> states_, resets_;
    std::string closed_first_, outcome_;
    bool uncertain_ = false;
};

void add_questions(const std::vector<Question>& questions, Json& json);

}  // namespace tcpstate
