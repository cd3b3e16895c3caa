// SPDX-License-Identifier: GPL-2.0-or-later
// The table of connections: what its rows gather, its cells, and how they are printed.
#include "columns.hpp"

#include <memory>

#include "connection_report.hpp"
#include "printing.hpp"
#include "timeline_text.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

/// A trace with the rows of its connections.
struct Played {
    Tracker tracker;
    ConnectionRows rows;
    Timeline timeline;

    explicit Played(const char* text) {
        uint32_t frame = 0;
        for (const trace::Line& line : trace::parse(text)) {
            Path const path = trace::path_of(line, trace::variants().front());
            Segment const segment = trace::on_the_wire(line, trace::variants().front(), ++frame);
            IcmpError const error{frame, segment.time, path, segment.seq, line.icmp};
            const Verdict* const verdict = line.is_icmp ? tracker.observe(error) : &tracker.observe(path, segment);
            rows.note(path, *verdict, {segment.time, frame});
            if (verdict->conn == 0)
                timeline.entries.push_back({segment.time, frame, *verdict, !line.is_icmp, segment.flags, segment.seq,
                                            segment.ack, segment.length});
        }
    }

    /// "-" for an empty cell.
    std::string cell(ColumnId id, uint32_t conn = 0) const {
        Text text;
        return print_cell(column(id), {rows.all()[conn], tracker, conn, rows.end()}, text) ? text.c_str() : "-";
    }

    std::string print(TableFormat format, bool selected_only = false) const {
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(std::tmpfile(), std::fclose);
        print_connections(rows, &tracker, {format, selected_only}, file.get());
        std::rewind(file.get());
        std::string text;
        for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) text += static_cast<char>(c);
        return text;
    }
};

std::string address(std::array<uint8_t, 16> bytes, uint16_t length) {
    Text text;
    add_address({bytes, length}, text);
    return text.c_str();
}

std::string seconds(int64_t nanoseconds) {
    Text text;
    add_seconds(nanoseconds, text);
    return text.c_str();
}

constexpr const char* crash = HANDSHAKE HELLO
    "9.000 > P. 6:11 ack 1\n"
    "9.001 < R  1:1\n";

}  // namespace

TEST_CASE("cells of a connection that crashed", "[columns]") {
    Played const played(crash);
    CHECK(played.cell(ColumnId::Conn) == "0");
    CHECK(played.cell(ColumnId::Client) == "10.0.0.1");
    CHECK(played.cell(ColumnId::ClientPort) == "40000");
    CHECK(played.cell(ColumnId::Server) == "10.0.0.2");
    CHECK(played.cell(ColumnId::ServerPort) == "80");
    CHECK(played.cell(ColumnId::Roles) == "handshake");
    CHECK(played.cell(ColumnId::Incarnation) == "-");
    CHECK(played.cell(ColumnId::Start) == "1700000000.000000000");
    CHECK(played.cell(ColumnId::Duration) == "9.001000000");
    CHECK(played.cell(ColumnId::FirstFrame) == "1");
    CHECK(played.cell(ColumnId::LastFrame) == "7");
    CHECK(played.cell(ColumnId::ClientFrames) == "4");
    CHECK(played.cell(ColumnId::ServerBytes) == "0");
    CHECK(played.cell(ColumnId::ClientBytes) == "10");
    CHECK(played.cell(ColumnId::ClientState) == "CLOSED");
    CHECK(played.cell(ColumnId::Outcome) == "crashed");
    CHECK(played.cell(ColumnId::HalfOpen) == "confirmed");
    CHECK(played.cell(ColumnId::HalfOpenGone) == "server");
    CHECK(played.cell(ColumnId::HalfOpenSince) == "5");
    CHECK(played.cell(ColumnId::HalfOpenDuration) == "8.891000000");
    CHECK(played.cell(ColumnId::HalfOpenLostBytes) == "5");
    CHECK(played.cell(ColumnId::HalfOpenDiscoveredIn) == "7");
    CHECK(played.cell(ColumnId::HalfOpenRecoveredIn) == "-");
    CHECK(played.cell(ColumnId::HalfClosed) == "-");
    CHECK(played.cell(ColumnId::HalfClosedBytes) == "-");
    CHECK(played.cell(ColumnId::Embryonic) == "-");
    CHECK(played.cell(ColumnId::RstCause) == "crash");
    CHECK(played.cell(ColumnId::RstBy) == "server");
    CHECK(played.cell(ColumnId::RstFrame) == "7");
    CHECK(played.cell(ColumnId::RstTime) == "1700000009.001000000");
    CHECK(played.cell(ColumnId::RstTrigger) == "6");
    CHECK(played.cell(ColumnId::RstExplanation).find("RFC 9293") != std::string::npos);
    CHECK(played.cell(ColumnId::CloseIdle) == "8.890000000");  // before the data that the RST answers
    CHECK(played.cell(ColumnId::ClosedFirst) == "-");          // nobody closed
    CHECK(played.cell(ColumnId::CloseWait) == "-");
    CHECK(played.cell(ColumnId::Sentence).rfind("half-open confirmed: server gone since frame 5", 0) == 0);
}

TEST_CASE("cells of a half-closed connection, of which an ICMP error comes last", "[columns]") {
    Played const played(HANDSHAKE HELLO
                        "1.000 < F. 1:1 ack 6\n"
                        "1.010 > .  6:6 ack 2\n"
                        "1.500 > P. 6:16 ack 2\n"
                        "1.510 < .  2:2 ack 16\n"
                        "1.600 > P. 16:17 ack 2 icmp unreachable\n");
    CHECK(played.cell(ColumnId::HalfClosed) == "server");
    CHECK(played.cell(ColumnId::HalfClosedSince) == "6");
    CHECK(played.cell(ColumnId::HalfClosedDuration) == "0.510000000");
    CHECK(played.cell(ColumnId::HalfClosedBytes) == "10");
    CHECK(played.cell(ColumnId::HalfClosedEndedBy) == "capture-end");
    CHECK(played.cell(ColumnId::ClosedFirst) == "server");
    CHECK(played.cell(ColumnId::LastFrame) == "9");
    CHECK(played.cell(ColumnId::Duration) == "1.510000000");
    CHECK(played.cell(ColumnId::RstFrame) == "-");
}

TEST_CASE("CLOSE-WAIT lasts to the last packet of the capture", "[columns]") {
    const char* const leak = HANDSHAKE HELLO
        "1.000 < F. 1:1 ack 6\n"
        "1.010 > .  6:6 ack 2\n";
    const char* const other = "61.000 > S 0:0 client 9:4000\n";
    CHECK(Played(leak).cell(ColumnId::CloseWait) == "0.010000000");
    CHECK(Played((std::string(leak) + other).c_str()).cell(ColumnId::CloseWait) == "60.000000000");
    CHECK(Played((std::string(leak) + other).c_str()).cell(ColumnId::CloseWaitSince) == "1700000001.000000000");
    Played with_other_packets(leak);
    with_other_packets.rows.note_time(1'700'000'011'000'000'000);
    CHECK(with_other_packets.cell(ColumnId::CloseWait) == "10.000000000");
}

TEST_CASE("no CLOSE-WAIT is told that the endpoint itself does not show, or that has ended", "[columns]") {
    CHECK(Played(HANDSHAKE HELLO "1.000 < F. 1:1 ack 6\n9.000 < F. 1:1 ack 6\n").cell(ColumnId::CloseWait) == "-");
    CHECK(Played(HANDSHAKE HELLO "1.000 < F. 1:1 ack 6\n1.010 > . 6:6 ack 2\n9.000 > F. 6:6 ack 2\n")
              .cell(ColumnId::CloseWait) == "-");
    CHECK(Played(HANDSHAKE HELLO "1.000 < F. 1:1 ack 6\n1.010 > . 6:6 ack 2\n9.000 > R. 6:6 ack 2\n")
              .cell(ColumnId::CloseWait) == "-");
    // One direction is all there is.
    CHECK(Played("0.000 < S. 0:0 ack 1\n1.000 < P. 1:9 ack 1\n2.000 < F. 9:9 ack 1\n9.000 < . 10:10 ack 1\n")
              .cell(ColumnId::CloseWait) == "-");
}

TEST_CASE("the RST that ended the connection is told, not one before or behind it", "[columns]") {
    Played const played(HANDSHAKE HELLO
                        "1.000 < R  0:0\n"
                        "2.000 < R. 1:1 ack 6\n"
                        "3.000 < R  1:1\n");
    CHECK(played.cell(ColumnId::RstFrame) == "7");
    CHECK(played.cell(ColumnId::RstEffect) == "accepted");
}

TEST_CASE("every column fills its cell somewhere", "[columns]") {
    Played const connections[] = {
        Played(HANDSHAKE HELLO "1.000 < F. 1:1 ack 6\n1.010 > . 6:6 ack 2\n"),
        Played(HANDSHAKE HELLO "1.000 < R. 1:1 ack 6 ttl 62\n"),
        Played(crash),
        Played("0.000 > S 0:0\n1.000 > S 0:0\n3.000 > S 0:0\n"),
        Played(HANDSHAKE "1.000 > F. 1:1 ack 1\n1.010 < .  1:1 ack 2\n1.020 < F. 1:1 ack 2\n1.030 > .  2:2 ack 2\n"
                         "2.000 > S 0:0 iss 2\n2.010 < S. 0:0 ack 1 iss 2\n"),
        Played(HANDSHAKE HELLO
               "1.000 > P. 6:11 ack 1\n1.204 > P. 6:11 ack 1\n1.612 > P. 6:11 ack 1\n2.428 > P. 6:11 ack 1\n"
               "4.060 > P. 6:11 ack 1\n4.070 < . 1:1 ack 11\n"),
    };
    for (const Column& each : columns()) {
        bool filled = false;
        for (const Played& played : connections)
            for (uint32_t conn = 0; conn < played.rows.all().size(); ++conn)
                filled = filled || played.cell(each.id, conn) != "-";
        INFO(each.name);
        CHECK(filled);
    }
}

TEST_CASE("the formats of the table", "[columns]") {
    Played played(crash);
    std::string header;
    for (const Column& each : columns()) header += std::string(header.empty() ? "" : "\t") + each.name;
    std::string const tsv = played.print(TableFormat::Tsv);
    CHECK(tsv.substr(0, tsv.find('\n')) == header);
    CHECK(tsv.substr(tsv.find('\n') + 1)
              .rfind("0\t10.0.0.1\t40000\t10.0.0.2\t80\thandshake\t\t1700000000.000000000\t", 0) == 0);
    std::string const csv = played.print(TableFormat::Csv);
    CHECK(csv.rfind("conn,client,client_port,", 0) == 0);
    CHECK(csv.find("\n0,10.0.0.1,40000,10.0.0.2,80,handshake,,1700000000.000000000,") != std::string::npos);
    CHECK(csv.find(",\"half-open confirmed: server gone since frame 5 (8.9 s), 5 bytes lost; RST") !=
          std::string::npos);
    std::string const json = played.print(TableFormat::Json);
    CHECK(json.rfind(R"({"conn":0,"client":"10.0.0.1","client_port":40000,)", 0) == 0);
    CHECK(json.find(R"("incarnation":null,"start":1700000000.000000000,)") != std::string::npos);
    std::string const people = played.print(TableFormat::People);
    CHECK(people.find(
              "half-open confirmed: server gone since frame 5 (8.9 s), 5 bytes lost; RST in frame 7 by the server: "
              "crash (likely)\n") != std::string::npos);
    CHECK(played.print(TableFormat::Json, true).empty());
    played.rows.select(0);
    CHECK(played.print(TableFormat::Json, true) == json);
}

TEST_CASE("half-open without a last sign of life names no frame", "[columns]") {
    Played const played("0.000 > P. 1:6 ack 1\n0.006 < R 1:1\n");
    std::string const people = played.print(TableFormat::People);
    CHECK(people.find("server gone (6.0 ms)") != std::string::npos);
}

TEST_CASE("a timeline has a line for each segment, and what it meant below", "[columns]") {
    Played const played(crash);
    std::string const text = print(played.timeline, played.tracker, true);
    CHECK(text.rfind("Connection 0 (tcpstate.conn == 0)\noutcome crashed\n\n  Frame ", 0) == 0);
    CHECK(text.find("\n      6       9.000000  client  PSH,ACK len 5                6           1  ESTABLISHED    "
                    "ESTABLISHED\n") != std::string::npos);
    // Frame 5 was the last sign of life. What is told of one segment is not told of the others.
    CHECK(
        text.find("ESTABLISHED\n         (half-open, nobody knows yet; found out in frame 7)\n         ... 8.9 s\n") !=
        std::string::npos);
    CHECK(text.find("client  ACK                          1           1  ESTABLISHED    ESTABLISHED?\n") !=
          std::string::npos);
    CHECK(text.find("\nSTATE? = presumed") != std::string::npos);
    std::string const online = print(played.timeline, played.tracker, false);
    CHECK(online.find("nobody knows") == std::string::npos);
    CHECK(online.find("outcome") == std::string::npos);
    CHECK(text.find("\n         RST after crash: the server no longer knows this connection") != std::string::npos);
    CHECK(print(Timeline{}, played.tracker, true) == "Connection 0 (tcpstate.conn == 0)\nNo segment.\n");
}

TEST_CASE("a timeline shows where bytes are missing, and an ICMP error without numbers", "[columns]") {
    Played const played(HANDSHAKE
                        "0.100 > .  101:201 ack 1\n"
                        "0.200 > .  301:401 ack 1\n"
                        "0.300 > .  1:101 ack 1\n"
                        "0.400 > .  401:501 ack 1\n"
                        "0.500 > .  401:501 ack 1 icmp unreachable\n"
                        "0.600 < .  1:1 ack 501\n");
    std::string const text = print(played.timeline, played.tracker, true);
    CHECK(text.find(
              "101           1  ESTABLISHED    ESTABLISHED?\n         (100 bytes before it were not seen so far)\n") !=
          std::string::npos);
    size_t told = 0;
    for (size_t at = text.find("not seen so far"); at != std::string::npos; at = text.find("not seen so far", at + 1))
        ++told;
    CHECK(told == 2);
    CHECK(text.find("          ICMP error ") != std::string::npos);
}

TEST_CASE("numbers of a timeline that wrap, and of one that begins in mid-stream", "[columns]") {
    Timeline timeline;
    auto const add = [&timeline](uint8_t flags, uint32_t seq, uint32_t ack, uint32_t length, Role sender) {
        Verdict verdict;
        verdict.sender = sender;
        auto const frame = static_cast<uint32_t>(timeline.entries.size() + 1);
        timeline.entries.push_back({frame, frame, verdict, true, flags, Seq{seq}, Seq{ack}, length});
    };
    add(flag::Ack, 0xffff'fff0U, 70'000, 100, Role::Client);
    add(flag::Ack, 84, 70'000, 100, Role::Client);
    add(flag::Ack, 70'000, 184, 0, Role::Server);
    std::string const text = print(timeline, Tracker{}, false);
    CHECK(text.find("client  ACK len 100                  1           1  ") != std::string::npos);
    CHECK(text.find("client  ACK len 100                101           1  ") != std::string::npos);
    CHECK(text.find("server  ACK                          1         201  ") != std::string::npos);
    CHECK(text.find("not seen") == std::string::npos);
}

TEST_CASE("addresses are printed as RFC 5952 wants it", "[columns]") {
    CHECK(address({192, 0, 2, 255}, 4) == "192.0.2.255");
    CHECK(address({}, 16) == "::");
    CHECK(address({0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, 16) == "2001:db8:0:1::1");
    CHECK(address({0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1}, 16) == "2001::1:0:0:1:1");
    CHECK(address({0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}, 16) == "1:0:2:3:4:5:6:7");
    CHECK(address({0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6}, 16) == "1:2:3:4:5:6::");
    CHECK(address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}, 16) == "::ffff:192.0.2.1");
}

TEST_CASE("seconds have nine digits after the point, also before the epoch", "[columns]") {
    CHECK(seconds(0) == "0.000000000");
    CHECK(seconds(1'700'000'000'000'000'001) == "1700000000.000000001");
    CHECK(seconds(-1) == "-0.000000001");
    CHECK(seconds(INT64_MIN) == "-9223372036.854775808");
}
