// SPDX-License-Identifier: GPL-2.0-or-later
/// The segments of a connection as a capture point saw them, packed: most of a segment follows from the one before it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// A segment as a capture point saw it.
struct SeenSegment {
    int64_t time = 0;    ///< by the clock of its capture point, in ns since the epoch
    uint32_t frame = 0;  ///< of its file, 1-based
    Seq seq, ack;        ///< as they stand in the header
    uint32_t length = 0;
    uint32_t timestamp = 0;     ///< TSval, with has_timestamp
    uint32_t payload = 0;       ///< hash of the payload; 0: none, cut short, or not known
    uint32_t reset = no_index;  ///< into SeenConnection::resets
    Snapshot after{};           ///< the states that this capture point infers
    uint16_t window = 0, ip_id = 0;
    int16_t ttl = unknown_ttl;
    uint8_t flags = 0;
    Role sender = Role::Client;
    bool has_timestamp = false;
    bool is_copy = false;  ///< of a packet that this point saw before (tcpstate.copy_of)

    bool has(uint8_t bits) const { return (flags & bits) == bits; }
    bool any(uint8_t bits) const { return (flags & bits) != 0; }
    uint32_t span() const { return length + (any(flag::Syn) ? 1 : 0) + (any(flag::Fin) ? 1 : 0); }
    Seq end() const { return seq + span(); }
    bool operator==(const SeenSegment&) const = default;
};

class SeenSegments {
public:
    /// What the next segment is compared with. Only who adds segments has to keep it.
    struct Latest {
        struct OfSender {
            Seq end, ack;
            uint32_t length = 0, timestamp = 0;
            Snapshot after{};
            uint16_t window = 0, ip_id = 0;
            int16_t ttl = unknown_ttl;
            uint8_t flags = 0;
        };
        int64_t time = 0;
        uint32_t frame = 0;
        std::array<OfSender, 2> of;  // by Role

        void note(const SeenSegment& segment);
    };

    /// Unpacks one after the other.
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = SeenSegment;
        using difference_type = std::ptrdiff_t;
        using pointer = const SeenSegment*;
        using reference = const SeenSegment&;

        Iterator() = default;
        explicit Iterator(const uint8_t* at, size_t left) : at_(at), left_(left) {
            if (left_ != 0) unpack();
        }
        const SeenSegment& operator*() const { return segment_; }
        const SeenSegment* operator->() const { return &segment_; }
        Iterator& operator++() {
            if (--left_ != 0) unpack();
            return *this;
        }
        Iterator operator++(int) {  // NOLINT(cert-dcl21-cpp): as iterators of the standard library do
            Iterator const before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator& other) const { return left_ == other.left_; }

    private:
        void unpack();

        const uint8_t* at_ = nullptr;
        size_t left_ = 0;
        Latest latest_;
        SeenSegment segment_;
    };

    /// `latest`: blank before the first one, and then as it was left. Throws std::bad_alloc.
    void add(const SeenSegment& segment, Latest& latest);
    /// Nothing follows: gives back what was taken for that.
    void shrink() { bytes_.shrink_to_fit(); }

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    size_t bytes() const { return bytes_.size(); }
    Iterator begin() const { return Iterator(bytes_.data(), size_); }
    static Iterator end() { return {}; }
    SeenSegment front() const { return *begin(); }
    /// Throws std::bad_alloc.
    std::vector<SeenSegment> unpacked() const;

private:
    std::vector<uint8_t> bytes_;
    size_t size_ = 0;
};

}  // namespace tcpstate
