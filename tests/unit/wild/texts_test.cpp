// SPDX-License-Identifier: GPL-2.0-or-later
// No text contradicts its own fields. Checked on every line of every trace in this program.
#include <cstdlib>
#include <string>

#include "trace.hpp"

namespace {

std::string one(const trace::Run& run, size_t line, const char* field) {
    auto const values = run.values(line, field);
    return values.empty() ? "" : values.front();
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

/// The number right behind these words, or -1.
long number_after(const std::string& text, const std::string& words) {
    size_t const at = text.find(words);
    return at == std::string::npos ? -1 : std::strtol(text.c_str() + at + words.size(), nullptr, 10);
}

struct Texts {
    std::string summary, explanation, confidence, kind, effect, cause, sender, idle;
    Texts(const trace::Run& run, size_t line)
        : summary(one(run, line, "summary")),
          explanation(one(run, line, "rst.explanation")),
          confidence(one(run, line, "rst.confidence")),
          kind(one(run, line, "rst.kind")),
          effect(one(run, line, "rst.effect")),
          cause(one(run, line, "rst.cause")),
          sender(one(run, line, "sender")),
          idle(one(run, line, "idle")) {}
    bool either_has(const char* part) const { return has(summary, part) || has(explanation, part); }
};

/// Plays every trace and collects what `check` says of each line's texts.
template <typename Check>
std::string every_text(Check check) {
    std::string failures;
    for (const auto& named : trace::all()) {
        auto const run = trace::play(trace::parse(named.text), trace::variants().front());
        for (size_t i = 0; i < run.lines.size(); ++i) {
            Texts const texts(run, i);
            std::string const complaint = check(texts);
            if (complaint.empty()) continue;
            failures += "\n" + std::string(named.name) + "\n    frame " + std::to_string(i + 1) + ": " + complaint +
                        "\n    " + texts.summary + "\n    " + texts.explanation;
        }
    }
    return failures;
}

}  // namespace

TEST_CASE("no text says 0.0 s ago, or that a RST is 0 from where it should be", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        if (t.either_has(" 0.0 s ago")) return "0.0 s ago";
        if (t.either_has("+0 from") || t.either_has(" 0 from") || t.either_has(" 0 beyond")) return "nothing from";
        return "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("what a RST answers is newer than its sender's last segment, where both are told of a crash",
          "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        if (t.cause != "crash" && t.cause != "middlebox" && t.cause != "crash-reconnect") return "";
        long const answers = number_after(t.explanation, "answers frame "),
                   heard = number_after(t.explanation, "last heard in frame ");
        return answers >= 0 && heard >= answers ? "answers an older frame" : "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("an answer is not said to be none", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        return t.kind == "reply" && has(t.explanation, "neither") && has(t.explanation, "answer") &&
                       t.cause == "unknown"
                   ? "answers, and fits no answer"
                   : "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("probably is said only of what is likely", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        return t.either_has("robably") && t.confidence != "likely" ? "probably, but " + t.confidence : "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("certain is only what numbers can prove", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        for (const char* never :
             {"foreign", "middlebox", "crash", "keepalive-timeout", "retransmission-timeout", "unknown"})
            if (t.cause == never && t.confidence == "certain") return std::string("certain of ") + never;
        return t.kind == "unknown" && t.confidence == "certain" && t.cause != "after-close" && t.cause != "unsolicited"
                   ? "certain of numbers that fit nothing"
                   : "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("a client has no listener and no accept queue", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        bool const of_server = t.either_has("listen") || t.either_has("accept queue") || t.either_has("backlog");
        return t.sender == "client" && !t.cause.empty() && of_server ? "speaks of a listener" : "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("an ignored RST is not said to be in the window, nor a challenged one outside", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        if (t.effect == "ignored" && t.either_has("within its window")) return "ignored, but within";
        if (t.effect == "challenged" && t.either_has("outside its window")) return "challenged, but outside";
        if (t.effect == "accepted" && t.either_has("changes nothing")) return "accepted, but changes nothing";
        return "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("a suspicion loses nothing: it may have arrived", "[wild][texts]") {
    std::string const failures = every_text([](const Texts& t) -> std::string {
        return has(t.summary, "suspected") && has(t.summary, " lost") ? "suspected, but lost" : "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("after a long idle time the first alternative to a crash is the idle timeout", "[wild][texts]") {
    auto const lines = trace::parse(HANDSHAKE HELLO "400.0 > P. 6:11 ack 1\n400.01 < R 1:1\n");
    auto const run = trace::play(lines, trace::variants().front());
    std::string const explanation = one(run, lines.size() - 1, "rst.explanation");
    INFO(explanation);
    size_t const timeout = explanation.find("idle timeout"), reboot = explanation.find("reboot");
    REQUIRE(timeout != std::string::npos);
    CHECK(timeout < reboot);
}
