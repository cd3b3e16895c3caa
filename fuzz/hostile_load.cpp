// SPDX-License-Identifier: GPL-2.0-or-later
/// Loads that somebody could make on purpose. Each is run at half and at full size: the time of one item must not grow,
/// the memory of one item is bounded, and at the end the verdict must be right.
///     hostile_load                 all, at full size
///     hostile_load NAME [PERCENT]  one of them, at a part of its size
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "names.hpp"
#include "store.hpp"
#include "tracker.hpp"

namespace {

using namespace tcpstate;

constexpr uint8_t S = flag::Syn, F = flag::Fin, R = flag::Rst, A = flag::Ack;

/// A capture that goes on and on, and the verdict on its latest segment.
class Capture {
public:
    Tracker tracker;
    VerdictStore store;
    Verdict verdict;

    Segment segment(uint8_t flags, uint32_t seq, uint32_t ack = 0, uint32_t length = 0) {
        Segment s;
        s.frame = ++frame_;
        s.time = time_ += 1'000'000;
        s.seq = Seq{seq};
        s.ack = Seq{ack};
        s.flags = flags;
        s.length = length;
        s.window = 65535;
        s.ttl = 64;
        return s;
    }
    void send(const Path& path, const Segment& s) {
        verdict = tracker.observe(path, s);
        store.store(s.frame, 0, verdict);
    }
    void handshake(const Path& there, const Path& back, uint32_t client_isn, uint32_t server_isn) {
        send(there, segment(S, client_isn));
        send(back, segment(S | A, server_isn, client_isn + 1));
        send(there, segment(A, client_isn + 1, server_isn + 1));
    }
    void wait(int64_t nanoseconds) { time_ += nanoseconds; }
    State state(Role role) const { return verdict.state_of(role); }
    Outcome outcome() const { return tracker.connection(verdict.conn).outcome(); }

private:
    uint32_t frame_ = 0;
    int64_t time_ = 1'700'000'000'000'000'000;
};

Path path(uint32_t client, uint16_t port) {
    Path p;
    p.source.address.length = p.destination.address.length = 4;
    for (size_t i = 0; i < 4; ++i) p.source.address.bytes[i] = static_cast<uint8_t>(client >> (8 * i));
    p.destination.address.bytes[0] = 192;
    p.source.port = port;
    p.destination.port = 80;
    return p;
}
Path reverse(const Path& p) { return {p.destination, p.source}; }

// Each returns what is wrong at the end, or null.

const char* syn_flood(Capture& c, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) c.send(path(i * 2'654'435'761U, static_cast<uint16_t>(i)), c.segment(S, i * 7));
    if (c.tracker.size() != n) return "one connection for each SYN";
    return c.outcome() == Outcome::Unanswered ? nullptr : "the last is unanswered";
}

const char* reuse(Capture& c, uint32_t n) {
    Path const there = path(1, 40000), back = reverse(there);
    for (uint32_t i = 0; i < n; ++i) {
        uint32_t const iss = i * 100'000;
        c.handshake(there, back, iss, iss + 7);
        c.send(there, c.segment(R | A, iss + 1, iss + 8));
    }
    if (c.tracker.size() != n) return "one connection for each incarnation";
    if (c.tracker.connection(n - 1).incarnation != n) return "the last incarnation has the number of incarnations";
    return c.outcome() == Outcome::Aborted ? nullptr : "the last is aborted";
}

const char* long_connection(Capture& c, uint32_t n) {
    Path const there = path(1, 40000), back = reverse(there);
    c.handshake(there, back, 0, 0);
    uint32_t seq = 1;
    for (uint32_t i = 0; i < n; i += 2, seq += 1460) {
        c.send(there, c.segment(A, seq, 1, 1460));
        c.send(back, c.segment(A, 1, seq + 1460));
    }
    if (c.state(Role::Client) != State::Established || c.state(Role::Server) != State::Established)
        return "both ESTABLISHED";
    c.send(there, c.segment(F | A, seq, 1));
    c.send(back, c.segment(F | A, 1, seq + 1));
    c.send(there, c.segment(A, seq + 1, 2));
    if (c.tracker.connection(0).client().bytes != uint64_t{n / 2} * 1460) return "every byte counted once";
    return c.outcome() == Outcome::Closed && c.tracker.size() == 1 ? nullptr : "one connection, closed";
}

/// Everything arrives in pairs the wrong way round, with a hole before, reported by SACK that jumps about.
const char* reorder_storm(Capture& c, uint32_t n) {
    Path const there = path(1, 40000), back = reverse(there);
    c.handshake(there, back, 0, 0);
    uint32_t seq = 1;
    for (uint32_t i = 0; i < n; i += 4, seq += 2000) {
        c.send(there, c.segment(A, seq + 1000, 1, 1000));
        Segment sack = c.segment(A, 1, seq);
        sack.has_sack = true;
        sack.sack_right = Seq{seq + 2000 - i % 3 * 500};
        c.send(back, sack);
        c.send(there, c.segment(A, seq, 1, 1000));
        c.send(back, c.segment(A, 1, seq + 2000));
    }
    if (c.tracker.connection(0).client().bytes != uint64_t{(n + 3) / 4} * 2000) return "every byte counted once";
    return c.outcome() == Outcome::Open && c.tracker.size() == 1 ? nullptr : "one connection, open";
}

/// Islands that never close: every segment leaves a hole behind it, none is ever acknowledged.
const char* hole_storm(Capture& c, uint32_t n) {
    Path const there = path(1, 40000), back = reverse(there);
    c.handshake(there, back, 0, 0);
    for (uint32_t i = 0; i < n; ++i) c.send(there, c.segment(A, 1000 + i % 60 * 1000, 1, 1));
    c.send(back, c.segment(A, 1, 1));
    return c.tracker.size() == 1 && c.state(Role::Server) == State::Established ? nullptr : "one connection, open";
}

const char* reset_storm(Capture& c, uint32_t n) {
    Path const there = path(1, 40000), back = reverse(there);
    c.handshake(there, back, 0, 0);
    c.send(there, c.segment(A, 1, 1, 5));
    c.send(back, c.segment(A, 1, 6));
    for (uint32_t i = 0; i < n; ++i) c.send(back, c.segment(R, 2 + i % 60'000));  // in the window, not exact
    c.wait(1'000'000'000);  // what comes sooner may have crossed them
    c.send(there, c.segment(A, 6, 1, 5));
    if (c.tracker.size() != 1 || c.outcome() != Outcome::Open) return "none of them was exact: the connection is open";
    c.send(back, c.segment(R, 1));
    return c.tracker.connection(0).reset ? nullptr : "the exact one ends it";
}

/// One segment again and again, as a sender does that hears nothing: half-open is suspected once, and everything goes
/// on.
const char* retransmission_storm(Capture& c, uint32_t n) {
    Path const there = path(1, 40000), back = reverse(there);
    c.handshake(there, back, 0, 0);
    c.send(there, c.segment(A, 1, 1, 5));
    c.send(back, c.segment(A, 1, 6));
    constexpr int64_t longest = 120'000'000'000;  // of Linux
    int64_t timeout = 200'000'000;
    for (uint32_t i = 0; i < n; ++i, timeout = std::min(2 * timeout, longest)) {
        c.wait(timeout);
        c.send(there, c.segment(A, 6, 1, 5));
    }
    if (c.verdict.half_open.kind != HalfOpenKind::Suspected) return "half-open is suspected";
    c.send(back, c.segment(A, 1, 11));
    return c.outcome() == Outcome::Open ? nullptr : "an answer ends the suspicion";
}

/// Flows that somebody who knows the hash function, but not its key, makes to meet in one place of the table: what one
/// part of the path changes is taken back in another.
const char* collisions(Capture& c, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        Path p = path(0, 0);
        Socket &source = p.source, &destination = p.destination;
        source.address.length = destination.address.length = 16;
        source.port = static_cast<uint16_t>(1024 + i / 4 % 60'000);
        destination.port = 443;
        uint32_t rest;  // of the source, behind the 16 bytes of its address
        std::memcpy(&rest, reinterpret_cast<const char*>(&source) + 16, sizeof rest);
        uint64_t word = 0, other = 0;
        switch (i % 4) {
            case 0:  // both ports, in the address of the destination
                word = (uint64_t{443} << 16 | source.port) ^ 0x20010db8;
                std::memcpy(destination.address.bytes.data(), &word, 8);
                break;
            case 1:  // a difference of the port, in its own address
                word = 0x1234'5678'9abc'def0 - rest;
                std::memcpy(source.address.bytes.data() + 8, &word, 8);
                break;
            case 2:
                word = 0x1234'5678'9abc'def0 ^ rest;
                std::memcpy(source.address.bytes.data() + 8, &word, 8);
                break;
            default:  // bits that move from one end to the other: sum and difference of both stay as they are
                word = uint64_t{i / 4} << 20;
                other = uint64_t{~(i / 4) & 0xffff} << 20;
                std::memcpy(source.address.bytes.data() + 8, &word, 8);
                std::memcpy(destination.address.bytes.data() + 8, &other, 8);
                source.port = 1023;
                break;
        }
        c.send(p, c.segment(S, i));
    }
    return c.tracker.size() == n ? nullptr : "one connection for each SYN";
}

struct Load {
    const char* name;
    const char* unit;
    uint32_t size;
    const char* (*run)(Capture&, uint32_t);
};
constexpr Load loads[] = {
    {"syn-flood", "SYN", 5'000'000, syn_flood},
    {"reuse", "life", 1'000'000, reuse},
    {"long-connection", "segment", 10'000'000, long_connection},
    {"reorder-storm", "segment", 4'000'000, reorder_storm},
    {"hole-storm", "segment", 4'000'000, hole_storm},
    {"reset-storm", "RST", 100'000, reset_storm},
    {"retransmission-storm", "segment", 4'000'000, retransmission_storm},
    {"collisions", "SYN", 60'000, collisions},
};

/// Of the processor, whatever else the machine does.
double seconds(const rusage& used) {
    auto const in = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return in(used.ru_utime) + in(used.ru_stime);
}

/// Runs in a process of its own, so that its memory is its own. Returns nanoseconds per item, or a negative number.
double measure(const Load& load, uint32_t size) {
    int ends[2];
    if (pipe(ends) != 0) return -1;
    pid_t const child = fork();
    if (child == 0) {
        rusage before{}, after{};
        getrusage(RUSAGE_SELF, &before);
        Capture capture;
        const char* const wrong = load.run(capture, size);
        getrusage(RUSAGE_SELF, &after);
        double const took = seconds(after) - seconds(before);
        double const bytes = static_cast<double>(after.ru_maxrss - before.ru_maxrss) * 1024 / size;
        double result = took * 1e9 / size;
        std::printf("%-22s %10u %-8s %7.2f s %8.0f ns %8.1f bytes each  %s\n", load.name, size, load.unit, took, result,
                    bytes, wrong == nullptr ? "right" : wrong);
        std::fflush(stdout);
        if (wrong != nullptr) result = -1;
        bool const told = write(ends[1], &result, sizeof result) == sizeof result;
        _exit(told ? 0 : 1);
    }
    double result = -1;
    close(ends[1]);
    if (read(ends[0], &result, sizeof result) != sizeof result) result = -1;
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return result;
}

bool is_linear(const Load& load, uint32_t size) {
    constexpr double tolerance = 1.6;                // caches and page faults, not squares
    constexpr double shortest = 2e8;                 // nanoseconds; below, other programs and the clock decide
    for (int attempt = 0; attempt < 3; ++attempt) {  // other programs take the caches away, but not every time
        double const half = measure(load, size / 2), whole = measure(load, size);
        if (half < 0 || whole < 0) return false;
        if (whole <= half * tolerance || whole * size < shortest) return true;
        std::printf("%-22s an item of the whole takes %.1f times as long as one of the half\n", load.name,
                    whole / half);
    }
    return false;
}

}  // namespace

int main(int count, char** arguments) {
    double const percent = count > 2 ? std::strtod(arguments[2], nullptr) : 100;
    int wrong = 0, run = 0;
    for (const Load& load : loads) {
        if (count > 1 && std::strcmp(arguments[1], load.name) != 0 && std::strcmp(arguments[1], "all") != 0) continue;
        ++run;
        if (!is_linear(load, static_cast<uint32_t>(load.size * percent / 100))) ++wrong;
    }
    std::printf("%d loads, %d wrong\n", run, wrong);
    return run == 0 || wrong != 0 ? 1 : 0;
}
