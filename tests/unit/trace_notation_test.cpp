// SPDX-License-Identifier: GPL-2.0-or-later
// The notation of traces itself: what it does not know is a mistake, never silence.
#include <stdexcept>

#include "trace.hpp"

namespace {

tcpstate::Segment segment_of(const trace::Line& line) { return trace::on_the_wire(line, trace::variants().front(), 1); }

}  // namespace

TEST_CASE("IP fields, options and payload of a line reach the segment", "[notation]") {
    auto const lines = trace::parse(R"(
        1.0 < R. 1:8 ack 6 ttl none id 4660 dsack mptcp_reason 6 payload "Go away"
        1.1 > .  6:6 ack 1 id none
        1.2 < R  1:9 payload 0x33aa000400000000
    )");
    REQUIRE(lines.size() == 3);
    auto const first = segment_of(lines[0]);
    CHECK(first.ttl == tcpstate::unknown_ttl);
    CHECK(first.ip_id == 4660);
    CHECK(first.has_dsack);
    CHECK(first.mptcp_reason == 6);
    REQUIRE(first.reset_payload_length == 7);
    CHECK(std::string(reinterpret_cast<const char*>(first.reset_payload), 7) == "Go away");
    auto const second = segment_of(lines[1]);
    CHECK(second.ip_id == 0);
    CHECK(second.ttl == 64);
    CHECK(second.mptcp_reason == tcpstate::no_mptcp_reason);
    CHECK(second.reset_payload == nullptr);
    auto const third = segment_of(lines[2]);
    REQUIRE(third.reset_payload_length == 8);
    CHECK(third.reset_payload[0] == 0x33);
    CHECK(third.reset_payload[3] == 4);
}

TEST_CASE("other ends than the usual ones", "[notation]") {
    auto const lines = trace::parse("1.0 < . 0:0 ack 1 client 3:40001 server 9:443");
    auto const path = trace::path_of(lines[0], trace::variants().front());
    CHECK(path.source.address.bytes[3] == 9);
    CHECK(path.source.port == 443);
    CHECK(path.destination.address.bytes[3] == 3);
    CHECK(path.destination.port == 40001);
}

TEST_CASE("preferences are lines of the trace", "[notation]") {
    const char* text = "preference half_closed_threshold 5.5\npreference attempts_before_suspicion 7\n1.0 > S 0:0";
    CHECK(trace::parse(text).size() == 1);
    auto const preferences = trace::preferences_of(text, {});
    CHECK(preferences.half_closed_threshold == 5'500'000'000);
    CHECK(preferences.attempts_before_suspicion == 7);
}

TEST_CASE("a mistake in a trace is told", "[notation]") {
    CHECK_THROWS_AS(trace::parse("1.0 > X 0:0"), std::runtime_error);
    CHECK_THROWS_AS(trace::parse("1.0 > S zero"), std::runtime_error);
    CHECK_THROWS_AS(trace::parse("1.0 > S 0:0 tll 3"), std::runtime_error);
    CHECK_THROWS_AS(trace::parse("1.0 > S 0:0 ttl"), std::runtime_error);
    CHECK_THROWS_AS(trace::parse("1.0 > S 0:0 client 3"), std::runtime_error);
    CHECK_THROWS_AS(trace::parse("1.0 < R 1:3 payload \"Go away\""), std::runtime_error);
    CHECK_THROWS_AS(trace::preferences_of("preference patience 3", {}), std::runtime_error);
}
