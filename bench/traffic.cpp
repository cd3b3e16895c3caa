// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic.hpp"

#include <algorithm>
#include <array>

namespace tcpstate::bench {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(Mix::Count)> names{
    "blend", "web", "transfer", "half-open", "half-closed", "loss", "reuse", "syn-flood"};

constexpr uint32_t at_a_time = 256;  // connections that run side by side
constexpr int64_t pace = 100'000;    // ns between segments: 10,000 a second
constexpr uint16_t service = 7;      // echo: the cheapest of all dissectors, so that plain tshark is not slowed down
constexpr uint64_t seed = 2;         // a longer capture begins with the shorter one

/// 65,536 hosts, and each time round another port. Every fourth connection is of IPv6. Ranges are those of RFC 2544 and
/// RFC 3849.
Socket client_socket(uint32_t index) {
    uint32_t const host = index % 65'536, lap = index / 65'536;
    Socket socket;
    socket.port = static_cast<uint16_t>(49'152 + (host * 7 + lap) % 16'384);
    auto const high = static_cast<uint8_t>(host >> 8), low = static_cast<uint8_t>(host);
    if (index % 4 != 3) {
        socket.address.length = 4;
        socket.address.bytes = {198, 18, high, low};
    } else {
        socket.address.length = 16;
        socket.address.bytes = {0x20, 0x01, 0x0d, 0xb8, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0, high, low};
    }
    return socket;
}

Socket server_socket(bool version6) {
    Socket socket;
    socket.port = service;
    if (version6) {
        socket.address.length = 16;
        socket.address.bytes = {0x20, 0x01, 0x0d, 0xb8, 0, 19, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    } else {
        socket.address.length = 4;
        socket.address.bytes = {198, 19, 0, 1};
    }
    return socket;
}

Life story(Mix mix, Random random, uint32_t budget) {
    switch (mix) {
        case Mix::Transfer: return transfer(random, budget);
        case Mix::HalfOpen: return half_open(random, budget);
        case Mix::HalfClosed: return half_closed(random, budget);
        case Mix::Loss: return loss(random, budget);
        case Mix::SynFlood: return single_syn(random, budget);
        case Mix::Blend:
            switch (random.below(20)) {
                case 0: return half_open(random, budget);
                case 1: return half_closed(random, budget);
                case 2:
                case 3: return loss(random, budget);
                case 4:
                case 5: return transfer(random, budget);
                case 6: return single_syn(random, budget);
                default: break;
            }
            break;
        default: break;
    }
    return web(random, budget);
}

}  // namespace

std::string_view name(Mix mix) { return names[static_cast<size_t>(mix)]; }

std::optional<Mix> mix_named(std::string_view wanted) {
    auto const found = std::find(names.begin(), names.end(), wanted);
    if (found == names.end()) return std::nullopt;
    return static_cast<Mix>(found - names.begin());
}

Traffic::Traffic(Mix mix, uint32_t segments, uint32_t connections)
    : mix_(mix), random_(seed), segments_(segments), connections_(std::max(connections, 1U)) {}

Traffic::Running Traffic::begin(uint32_t index) const {
    // Half a life more or less: connections do not all end at once.
    Random random(index * 2 + 1);
    uint32_t const average = segments_ / connections_;
    uint32_t const budget = mix_ == Mix::Reuse ? average : average / 2 + random.below(average + 1);
    Socket const client = client_socket(mix_ == Mix::Reuse ? 0 : index);
    return {{client, server_socket(client.address.length == 16)}, story(mix_, random, budget)};
}

bool Traffic::next(Packet& packet) {
    if (frame_ == segments_) return false;
    size_t const most = mix_ == Mix::Reuse ? 1 : at_a_time;
    Shot shot;
    for (;;) {
        if (running_.size() < most) {
            running_.push_back(begin(begun_++));
            turn_ = running_.size() - 1;
        } else {
            turn_ = random_.below(static_cast<uint32_t>(running_.size()));
        }
        if (running_[turn_].life.next(shot)) break;
        running_[turn_] = begin(begun_++);
    }
    const Path& path = running_[turn_].path;
    packet.path = shot.by_client ? path : Path{path.destination, path.source};
    packet.segment = shot.segment;
    packet.segment.frame = ++frame_;
    packet.segment.time = now_ += pace;
    return true;
}

}  // namespace tcpstate::bench
