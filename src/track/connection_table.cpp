// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_table.hpp"

#include <random>
#include <type_traits>

namespace tcpstate {

namespace {

/// A socket in three words, to be hashed without a loop. Ports or addresses in a row are evenly spaced until the shift:
/// with an unlucky factor they would fall into a few places.
uint64_t hash(const Socket& socket, const ConnectionTable::Salt& salt) {
    static_assert(std::has_unique_object_representations_v<Path> && sizeof(Socket) == 20);
    uint64_t first, second;
    uint32_t rest;
    auto const* const bytes = reinterpret_cast<const char*>(&socket);
    std::memcpy(&first, bytes, sizeof first);
    std::memcpy(&second, bytes + 8, sizeof second);
    std::memcpy(&rest, bytes + 16, sizeof rest);
    uint64_t const sum = first * salt[0] + second * salt[1] + rest * salt[2];
    return sum ^ sum >> 32;
}

/// The same for both directions, and never 0.
uint32_t hash(const Path& path, const ConnectionTable::Salt& salt) {
    uint64_t const product = hash(path.source, salt) * hash(path.destination, salt);
    return static_cast<uint32_t>(product >> 32) | 1U << 31;
}

template <typename T>
bool same(const T& a, const T& b) {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

}  // namespace

/// Nobody who makes a capture can choose addresses that all fall into one slot.
ConnectionTable::ConnectionTable() : slots_(1024), mask_(slots_.size() - 1) {
    std::random_device random;
    for (uint64_t& factor : salt_) factor = static_cast<uint64_t>(random()) << 32 | random() | 1;
}

/// The entry of this pair, or what `missing` makes of the free slot where it belongs.
template <typename Missing>
inline ConnectionTable::Entry* ConnectionTable::look(const Path& path, uint32_t key, bool& reversed,
                                                     Missing&& missing) {
    for (size_t i = key;; ++i) {
        Slot& slot = slots_[i & mask_];
        if (slot.hash == key) {
            Entry& entry = entries_[slot.entry];
            reversed = !same(entry.path, path);
            if (!reversed) return &entry;
            if (same(entry.path.source, path.destination) && same(entry.path.destination, path.source)) return &entry;
        } else if (slot.hash == 0) {
            return missing(slot);
        }
    }
}

ConnectionTable::Entry* ConnectionTable::find(const Path& path, bool& reversed) {
    return look(path, hash(path, salt_), reversed, [](Slot&) { return static_cast<Entry*>(nullptr); });
}

ConnectionTable::Entry& ConnectionTable::find_or_insert(const Path& path, bool& reversed) {
    uint32_t const key = hash(path, salt_);
    return *look(path, key, reversed, [&](Slot& free) {
        reversed = false;
        return &add(free, key, path);
    });
}

ConnectionTable::Entry& ConnectionTable::add(Slot& free, uint32_t key, const Path& path) {
    free = {key, entries_.add()};
    Entry& entry = entries_[free.entry];
    entry.path = path;
    entry.is_free = false;
    if (entries_.size() > slots_.size() / 2) rebuild(slots_.size() * 2);
    return entry;
}

void ConnectionTable::rebuild(size_t slots) {
    std::vector<Slot> rebuilt(slots);
    mask_ = slots - 1;
    for (Slot const& old : slots_) {
        if (old.hash == 0 || entries_[old.entry].is_free) continue;
        size_t i = old.hash;
        while (rebuilt[i & mask_].hash != 0) ++i;
        rebuilt[i & mask_] = old;
    }
    slots_ = std::move(rebuilt);
}

}  // namespace tcpstate
