// SPDX-License-Identifier: GPL-2.0-or-later
// The page of tcpstate report: what it concludes, how its text is escaped, and which numbers count as repeated.
#include <algorithm>

#include "conclusions.hpp"
#include "idle_timeouts.hpp"
#include "inline_json.hpp"
#include "numbers_seen.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

/// The conclusions of a trace, as "severity: text [connections]".
std::vector<std::string> conclusions(const std::string& text) {
    Tracker tracker(trace::preferences_of(text, {}));
    ConnectionRows rows;
    SegmentLog const log;
    uint32_t frame = 0;
    for (const trace::Line& line : trace::parse(text)) {
        Path const path = trace::path_of(line, trace::variants().front());
        Segment const segment = trace::on_the_wire(line, trace::variants().front(), ++frame);
        rows.note(path, tracker.observe(path, segment), {segment.time, frame});
    }
    std::vector<std::string> list;
    for (const Conclusion& conclusion : conclude({tracker, rows, log, {}})) {
        std::string line = std::string(name(conclusion.weight)) + ": " + conclusion.text + " [";
        for (uint32_t const conn : conclusion.connections)
            line.append(line.back() == '[' ? "" : " ").append(std::to_string(conn));
        list.push_back(line + "]");
    }
    return list;
}

/// A connection of that client's port to the server: its handshake and some data each way at `start`. The client hears
/// of the server's when it goes on.
std::string opened(int start, int port, const std::string& server = "2:80") {
    std::string const ends = " client 1:" + std::to_string(port) + " server " + server;
    std::string const second = std::to_string(start);
    return second + ".000 > S 0:0" + ends + " |\n" + second + ".001 < S. 0:0 ack 1" + ends + " |\n" + second +
           ".002 > . 1:1 ack 1" + ends + " |\n" + second + ".010 > P. 1:11 ack 1" + ends + " |\n" + second +
           ".020 < P. 1:11 ack 11" + ends + " |\n";
}
/// Data of the client that the server answers with a RST of no connection.
std::string forgotten(const std::string& time, int port, const std::string& server = "2:80") {
    std::string const ends = " client 1:" + std::to_string(port) + " server " + server;
    return time + "00 > P. 11:21 ack 11" + ends + " |\n" + time + "01 < R 11:11" + ends + " |\n";
}
std::string json(std::string_view text) {
    std::string made;
    add_inline_json_string(text, made);
    return made;
}

}  // namespace

TEST_CASE("what crashed at one host within seconds is one outage", "[page]") {
    std::string const trace = opened(0, 40001) + opened(1, 40002) + opened(2, 40003) + forgotten("10.0", 40001) +
                              forgotten("11.0", 40002) + forgotten("12.0", 40003);
    CHECK(conclusions(trace) ==
          std::vector<std::string>{"error: 3 connections crashed at 10.0.0.2:80 within 2.0 s: an outage [0 1 2]"});
}

TEST_CASE("crashes minutes apart are told apart", "[page]") {
    std::string const trace =
        opened(0, 40001) + forgotten("10.0", 40001) + opened(30, 40002) + forgotten("40.0", 40002);
    CHECK(conclusions(trace) == std::vector<std::string>{"error: 1 connection crashed at 10.0.0.2:80 [0]",
                                                         "error: 1 connection crashed at 10.0.0.2:80 [1]"});
}

TEST_CASE("resets after the same silence are consistent with who has such a timeout by default", "[page]") {
    std::string const trace =
        opened(0, 40001) + opened(1, 40002) + forgotten("350.5", 40001) + forgotten("351.5", 40002);
    std::vector<std::string> const told = conclusions(trace);
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(
        "warning: 2 connections were reset by 10.0.0.2:80 after 350 s of silence, consistent with "));
    for (const char* const product : {"AWS Network Load Balancer", "AWS NAT Gateway"})
        CHECK(told[0].find(product) != std::string::npos);
    CHECK(told[0].find("Azure") == std::string::npos);
}

TEST_CASE("nobody is named for a silence that nobody has by default", "[page]") {
    CHECK(conclusions(opened(0, 40001) + forgotten("77.0", 40001)) ==
          std::vector<std::string>{
              "warning: 1 connection was reset by 10.0.0.2:80 after 77 s of silence, as after an idle timeout [0]"});
}

TEST_CASE("what is possible only is told as such", "[page]") {
    CHECK(conclusions(opened(0, 40001) + forgotten("0.5", 40001)) ==
          std::vector<std::string>{"warning: 1 connection perhaps crashed at 10.0.0.2:80 [0]"});
}

TEST_CASE("refused connections to several ports of a host are one sentence", "[page]") {
    std::string trace;
    for (int const port : {81, 82}) {
        std::string const number = std::to_string(port), ends = " client 1:40001 server 2:" + number;
        trace += number + ".000 > S 0:0" + ends + " |\n" + number + ".001 < R. 0:0 ack 1 raw" + ends + " |\n";
    }
    CHECK(conclusions(trace) == std::vector<std::string>{"note: 2 connections were refused by 10.0.0.2 [0 1]"});
}

TEST_CASE("a capture in which all went well says so", "[page]") {
    std::string const ends = " client 1:40001 server 2:80";
    CHECK(conclusions(opened(0, 40001) + "1.000 > F. 11:11 ack 11" + ends + " |\n1.001 < F. 11:11 ack 12" + ends +
                      " |\n1.002 > . 12:12 ack 12" + ends + " |\n") ==
          std::vector<std::string>{"ok: No connection has crashed, was reset, refused or left half-open. []"});
}

TEST_CASE("every idle timeout has a product, a source and a date", "[page]") {
    REQUIRE(!idle_timeouts().empty());
    for (const IdleTimeout& row : idle_timeouts()) {
        CHECK(row.seconds > 0);
        CHECK(!row.product.empty());
        CHECK(!row.source.empty());
        CHECK(row.date.size() == 7);
    }
    CHECK(std::is_sorted(idle_timeouts().begin(), idle_timeouts().end(),
                         [](const IdleTimeout& a, const IdleTimeout& b) { return a.seconds < b.seconds; }));
}

TEST_CASE("no text can end the element that it stands in", "[page]") {
    CHECK(json("a </script> & <!--") == R"("a \u003c/script\u003e \u0026 \u003c!--")");
    CHECK(json("\"\\\n\x7f") == R"("\u0022\u005c\u000a\u007f")");
    CHECK(json("\xe2\x80\xa8\xe2\x80\xa9") == R"("\u2028\u2029")");
}

TEST_CASE("what is no UTF-8 is replaced, and what is stays", "[page]") {
    auto const replaced = [](int times) {
        std::string text(1, '"');
        while (times-- > 0) text.append("\xef\xbf\xbd");
        return text.append(1, '"');
    };
    CHECK(json("caf\xc3\xa9 \xf0\x9f\x90\x88") == "\"caf\xc3\xa9 \xf0\x9f\x90\x88\"");
    CHECK(json("\xff") == replaced(1));
    CHECK(json("\xc0\xaf") == replaced(2));      // too long a form of /
    CHECK(json("\xed\xa0\x80") == replaced(3));  // a surrogate
    CHECK(json("\xe2\x80") == replaced(2));      // cut off
}

TEST_CASE("numbers are new once", "[page]") {
    using News = NumbersSeen::News;
    for (uint32_t const base : {1000U, 0xffff'fff0U}) {
        NumbersSeen numbers;
        numbers.begin(Seq{base}, Seq{base});
        auto const take = [&](uint32_t from, uint32_t to) { return numbers.take(Seq{base} + from, Seq{base} + to); };
        CHECK(take(0, 1) == News::New);
        CHECK(take(0, 1) == News::Repeated);
        CHECK(take(1, 11) == News::New);
        CHECK(take(21, 31) == News::BehindGap);
        CHECK(numbers.missing(Seq{base} + 41) == 10);
        CHECK(take(21, 31) == News::Repeated);
        CHECK(take(11, 21) == News::New);  // it fills the gap
        CHECK(take(6, 11) == News::Repeated);
        CHECK(take(31, 31) == News::New);  // an ACK has no number of its own
        CHECK(numbers.relative(Seq{base} + 31) == 31);
    }
}
