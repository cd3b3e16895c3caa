// SPDX-License-Identifier: GPL-2.0-or-later
#include "seen_segments.hpp"

#include <cstring>
#include <type_traits>

namespace tcpstate {
namespace {

/// Two bytes begin each segment: what is true of it, and what does not follow from the ones before it and so stands
/// behind them.
namespace mark {
constexpr uint16_t FromServer = 1 << 0, Copy = 1 << 1, HasTimestamp = 1 << 2;
constexpr uint16_t Flags = 1 << 3, Seq = 1 << 4, Ack = 1 << 5, Length = 1 << 6, Timestamp = 1 << 7, Payload = 1 << 8,
                   Reset = 1 << 9, After = 1 << 10, Window = 1 << 11, IpId = 1 << 12, Ttl = 1 << 13;
}  // namespace mark

/// Most systems count their packets, and Linux leaves out the number where a packet must not be cut.
uint16_t next_ip_id(uint16_t id) { return id == 0 ? uint16_t{0} : static_cast<uint16_t>(id + 1); }

/// Times of a hostile file may lie as far from each other as numbers can: these wrap.
int64_t between(int64_t from, int64_t to) {
    return static_cast<int64_t>(static_cast<uint64_t>(to) - static_cast<uint64_t>(from));
}
int64_t behind(int64_t from, int64_t distance) {
    return static_cast<int64_t>(static_cast<uint64_t>(from) + static_cast<uint64_t>(distance));
}

class Packer {
public:
    explicit Packer(std::vector<uint8_t>& bytes) : bytes_(bytes) {}
    template <typename Value>
    void raw(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        auto const* const first = reinterpret_cast<const uint8_t*>(&value);
        bytes_.insert(bytes_.end(), first, first + sizeof value);
    }
    /// Seven bits a byte: small numbers are short.
    void number(uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<uint8_t>(value | 0x80));
        bytes_.push_back(static_cast<uint8_t>(value));
    }
    /// Small ones of either sign.
    void difference(int64_t value) { number(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63)); }

private:
    std::vector<uint8_t>& bytes_;
};

class Unpacker {
public:
    explicit Unpacker(const uint8_t*& at) : at_(at) {}
    template <typename Value>
    Value raw() {
        Value value;
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    uint64_t number() {
        uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            uint8_t const byte = *at_++;
            value |= uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return value;
        }
    }
    int64_t difference() {
        uint64_t const value = number();
        return static_cast<int64_t>(value >> 1 ^ (0 - (value & 1)));
    }

private:
    const uint8_t*& at_;
};

}  // namespace

void SeenSegments::Latest::note(const SeenSegment& segment) {
    time = segment.time;
    frame = segment.frame;
    OfSender& its = of[static_cast<size_t>(segment.sender)];
    its.end = segment.end();
    its.ack = segment.ack;
    its.length = segment.length;
    its.timestamp = segment.timestamp;
    its.after = segment.after;
    its.window = segment.window;
    its.ip_id = segment.ip_id;
    its.ttl = segment.ttl;
    its.flags = segment.flags;
}

void SeenSegments::add(const SeenSegment& segment, Latest& latest) {
    Latest::OfSender const &its = latest.of[static_cast<size_t>(segment.sender)],
                           &peers = latest.of[static_cast<size_t>(other(segment.sender))];
    uint16_t marks = 0;
    auto const set = [&marks](uint16_t mark, bool yes) {
        if (yes) marks |= mark;
    };
    set(mark::FromServer, segment.sender == Role::Server);
    set(mark::Copy, segment.is_copy);
    set(mark::HasTimestamp, segment.has_timestamp);
    set(mark::Flags, segment.flags != its.flags);
    set(mark::Seq, segment.seq != its.end);
    set(mark::Ack, segment.ack != peers.end);
    set(mark::Length, segment.length != its.length);
    set(mark::Timestamp, segment.timestamp != its.timestamp);
    set(mark::Payload, segment.payload != 0);
    set(mark::Reset, segment.reset != no_index);
    set(mark::After, segment.after != its.after);
    set(mark::Window, segment.window != its.window);
    set(mark::IpId, segment.ip_id != next_ip_id(its.ip_id));
    set(mark::Ttl, segment.ttl != its.ttl);

    Packer packer(bytes_);
    packer.raw(marks);
    packer.difference(between(latest.time, segment.time));
    packer.number(segment.frame - latest.frame);
    if ((marks & mark::Flags) != 0) packer.raw(segment.flags);
    if ((marks & mark::Seq) != 0) packer.difference(segment.seq - its.end);
    if ((marks & mark::Ack) != 0) packer.difference(segment.ack - its.ack);
    if ((marks & mark::Length) != 0) packer.number(segment.length);
    if ((marks & mark::Timestamp) != 0) packer.difference(static_cast<int32_t>(segment.timestamp - its.timestamp));
    if ((marks & mark::Payload) != 0) packer.raw(segment.payload);
    if ((marks & mark::Reset) != 0) packer.number(segment.reset);
    if ((marks & mark::After) != 0) packer.raw(segment.after);
    if ((marks & mark::Window) != 0) packer.raw(segment.window);
    if ((marks & mark::IpId) != 0) packer.raw(segment.ip_id);
    if ((marks & mark::Ttl) != 0) packer.raw(segment.ttl);
    latest.note(segment);
    ++size_;
}

void SeenSegments::Iterator::unpack() {
    Unpacker unpacker(at_);
    auto const marks = unpacker.raw<uint16_t>();
    SeenSegment& segment = segment_;
    segment.sender = (marks & mark::FromServer) != 0 ? Role::Server : Role::Client;
    Latest::OfSender const &its = latest_.of[static_cast<size_t>(segment.sender)],
                           &peers = latest_.of[static_cast<size_t>(other(segment.sender))];
    auto const given = [marks](uint16_t mark) { return (marks & mark) != 0; };
    segment.is_copy = given(mark::Copy);
    segment.has_timestamp = given(mark::HasTimestamp);
    segment.time = behind(latest_.time, unpacker.difference());
    segment.frame = latest_.frame + static_cast<uint32_t>(unpacker.number());
    segment.flags = given(mark::Flags) ? unpacker.raw<uint8_t>() : its.flags;
    segment.seq = given(mark::Seq) ? its.end + static_cast<uint32_t>(unpacker.difference()) : its.end;
    segment.ack = given(mark::Ack) ? its.ack + static_cast<uint32_t>(unpacker.difference()) : peers.end;
    segment.length = given(mark::Length) ? static_cast<uint32_t>(unpacker.number()) : its.length;
    segment.timestamp =
        its.timestamp + (given(mark::Timestamp) ? static_cast<uint32_t>(unpacker.difference()) : uint32_t{0});
    segment.payload = given(mark::Payload) ? unpacker.raw<uint32_t>() : 0;
    segment.reset = given(mark::Reset) ? static_cast<uint32_t>(unpacker.number()) : no_index;
    segment.after = given(mark::After) ? unpacker.raw<Snapshot>() : its.after;
    segment.window = given(mark::Window) ? unpacker.raw<uint16_t>() : its.window;
    segment.ip_id = given(mark::IpId) ? unpacker.raw<uint16_t>() : next_ip_id(its.ip_id);
    segment.ttl = given(mark::Ttl) ? unpacker.raw<int16_t>() : its.ttl;
    latest_.note(segment);
}

std::vector<SeenSegment> SeenSegments::unpacked() const {
    std::vector<SeenSegment> all;
    all.reserve(size_);
    for (const SeenSegment& segment : *this) all.push_back(segment);
    return all;
}

}  // namespace tcpstate
