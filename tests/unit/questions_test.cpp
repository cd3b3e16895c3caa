// SPDX-License-Identifier: GPL-2.0-or-later
// What students are asked about a connection, and the answers that are right.
#include <algorithm>

#include "questions.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

std::vector<Question> questions(const std::string& text, bool several = false) {
    Tracker tracker(trace::preferences_of(text, {}));
    std::vector<std::pair<Segment, Verdict>> seen;
    for (const trace::Line& line : trace::parse(text)) {
        auto const frame = static_cast<uint32_t>(seen.size() + 1);
        Path const path = trace::path_of(line, trace::variants().front());
        Segment const segment = trace::on_the_wire(line, trace::variants().front(), frame);
        seen.emplace_back(segment, tracker.observe(path, segment));
    }
    Questions asked;
    asked.begin(0, several);
    for (size_t i = 0; i < seen.size(); ++i)
        asked.note({seen[i].second, tracker, static_cast<uint32_t>(i + 1), seen[i].first.time, true, &seen[i].first});
    return asked.make();
}

/// The one that begins so: its answer; "none": it is not asked.
std::string answer(const std::vector<Question>& list, const std::string& beginning) {
    auto const found =
        std::find_if(list.begin(), list.end(), [&](auto& each) { return each.text.starts_with(beginning); });
    return found == list.end() ? "none" : found->answer;
}

constexpr const char* handshake =
    "0.000 > S 0:0 |\n"
    "0.001 < S. 0:0 ack 1 |\n"
    "0.002 > . 1:1 ack 1 |\n"
    "0.010 > P. 1:11 ack 1 |\n"
    "0.020 < P. 1:11 ack 11 |\n"
    "0.021 > . 11:11 ack 11 |\n";
const std::string opened = handshake;
/// Data that are answered by a RST, `at` so many seconds.
std::string forgotten(const std::string& at) { return at + "00 > P. 11:21 ack 11 |\n" + at + "01 < R 11:11 |\n"; }

}  // namespace

TEST_CASE("of a half-open connection it is asked who was gone, since when, and what told it", "[questions]") {
    auto const list = questions(opened + forgotten("10.0"));
    CHECK(answer(list, "Which frame reveals") == "8");
    CHECK(answer(list, "Which endpoint was gone") == "server");
    CHECK(answer(list, "Which frame is the last sign of life") == "5");
    CHECK(answer(list, "How many bytes of data were sent to the endpoint that was gone") == "10");
    CHECK(answer(list, "Why was the RST in frame 8 sent?") == "crash");
    CHECK(answer(list, "Which frame does the RST in frame 8 answer?") == "7");
    CHECK(answer(list, "How did the connection end?") == "crashed");
}

TEST_CASE("what a RST shows that is only possibly a crash is not asked for", "[questions]") {
    auto const list = questions(opened + forgotten("0.5"));
    for (const char* const graded : {"Which frame reveals", "Which endpoint was gone", "Why was the RST", "How did"})
        CHECK(answer(list, graded) == "none");
}

TEST_CASE("of a half-closed connection it is asked by which frame, what was sent then, and who closed first",
          "[questions]") {
    auto const list = questions(opened +
                                "1.000 > F. 11:11 ack 11 |\n"
                                "1.001 < . 11:11 ack 12 |\n"
                                "2.000 < P. 11:111 ack 12 |\n"
                                "2.001 > . 12:12 ack 111 |\n"
                                "3.000 < F. 111:111 ack 12 |\n"
                                "3.001 > . 12:12 ack 112 |\n");
    CHECK(answer(list, "Which frame makes the connection half-closed?") == "7");
    CHECK(answer(list, "How many bytes of data were sent in the open direction") == "100");
    CHECK(answer(list, "In which state is the client after frame 7?") == "FIN-WAIT-1");
    CHECK(answer(list, "In which state is the client after frame 8?") == "FIN-WAIT-2");
    CHECK(answer(list, "Which endpoint closed first?") == "client");
    CHECK(answer(list, "How did the connection end?") == "closed");
}

TEST_CASE("where there are several connections each question says which one it means", "[questions]") {
    auto const list = questions(opened + forgotten("10.0"), true);
    for (const char* const named : {"Which endpoint of connection 0 (filter: tcpstate.conn == 0) was gone?",
                                    "How did connection 0 (filter: tcpstate.conn == 0) end?"})
        CHECK(answer(list, named) != "none");
}

TEST_CASE("no clue is the answer, and every explanation is a sentence", "[questions]") {
    for (const std::string& text : {opened + forgotten("10.0"), opened + "1.000 > R. 11:11 ack 11 |\n"})
        for (const Question& question : questions(text)) {
            INFO(question.text);
            CHECK(question.clue.find(" " + question.answer + " ") == std::string::npos);
            CHECK(question.explanation.back() == '.');
            CHECK(question.text.back() == '?');
        }
}
