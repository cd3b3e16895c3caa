// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracker.hpp"

#include <cstring>
#include <random>

namespace tcpstate {

namespace {
/// Numbers farther away than this belong to another life (RFC 7323 2.3: no window is larger).
constexpr uint64_t another_life = 1U << 30;

bool smaller(const Socket& a, const Socket& b) {
    if (a.port != b.port) return a.port < b.port;
    return std::memcmp(a.address.bytes.data(), b.address.bytes.data(), a.address.bytes.size()) < 0;
}

__extension__ typedef unsigned __int128 Product;

/// Both halves of a product: every input bit reaches every output bit.
uint64_t mix(uint64_t a, uint64_t b) {
    Product const product = static_cast<Product>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}
}  // namespace

/// Whoever makes a capture must not be able to choose addresses that all fall into one place of the table.
Tracker::PairHash::PairHash() {
    std::random_device random;
    for (uint64_t& word : key) word = static_cast<uint64_t>(random()) << 32 | random();
}

size_t Tracker::PairHash::operator()(const Pair& pair) const {
    uint64_t words[4];
    std::memcpy(words, pair.low.address.bytes.data(), 16);
    std::memcpy(words + 2, pair.high.address.bytes.data(), 16);
    uint64_t const ports = static_cast<uint64_t>(pair.low.port) << 16 | pair.high.port;
    uint64_t const low = mix(words[0] ^ key[0], words[1] ^ key[1]);
    uint64_t const high = mix(low ^ words[2] ^ key[0], words[3] ^ key[1]);
    return mix(high ^ ports, key[0] | 1);
}

Tracker::Pair Tracker::pair_of(const Path& path, bool& swapped) {
    swapped = smaller(path.destination, path.source);
    return swapped ? Pair{path.destination, path.source} : Pair{path.source, path.destination};
}

uint32_t Tracker::open(const Path& path, bool swapped, const Segment& segment, uint32_t previous) {
    uint32_t const index = connections_.add();
    Connection& connection = connections_[index];
    Side const from = swapped ? Side::B : Side::A;
    connection.begin(previous, path, from, segment);
    if (previous == no_index) return index;
    Connection& before = connections_[previous];
    before.set_next(index);
    connection.set_incarnation(before.incarnation() + 1);
    uint32_t elder = previous;      // the life that may still go on
    if (before.is_attempt() && before.elder() != no_index) elder = before.elder();
    if (connections_[elder].is_attempt()) return index;
    connections_[elder].met_new_syn(from, segment.frame);       // TIME-WAIT may challenge it too
    if (!connections_[elder].over()) connection.set_elder(elder);
    return index;
}

/// The incarnation that a segment belongs to: the newest, unless its numbers fit the one before better. no_index
/// when it begins a new one.
uint32_t Tracker::choose(uint32_t newest, Side from, const Segment& segment) const {
    const Connection& latest = connections_[newest];
    uint32_t const before = latest.elder() != no_index ? latest.elder() : latest.previous();
    bool const syn = segment.any(flag::Syn) && !segment.any(flag::Ack | flag::Rst);
    if (syn) {
        if (!latest.over() && latest.is_first_syn(from, segment)) return newest;
        bool const old_syn = before != no_index && !connections_[before].over() &&
                             connections_[before].is_first_syn(from, segment);
        return old_syn ? before : no_index;
    }
    if (segment.has(flag::Syn | flag::Ack) && latest.is_answer_to_syn(from, segment)) return newest;
    uint64_t const distance = latest.distance(from, segment);
    if (before != no_index && distance > 0 && connections_[before].distance(from, segment) < distance) return before;
    bool const other_numbers = distance > another_life && !segment.any(flag::Rst);
    return latest.over() && other_numbers ? no_index : newest;
}

void Tracker::observe(const Path& path, const Segment& segment, Verdict& verdict) {
    bool swapped = false;
    Pair const pair = pair_of(path, swapped);
    Side const from = swapped ? Side::B : Side::A;
    auto const [entry, fresh] = newest_.try_emplace(pair, no_index);
    uint32_t index = fresh ? no_index : choose(entry->second, from, segment);
    if (index == no_index) entry->second = index = open(path, swapped, segment, entry->second);
    Connection& connection = connections_[index];
    verdict.conn = index;
    connection.observe({segment, from, preferences_, hindsight_, verdict});
    if (connection.previous() == no_index || connection.announced()) return;
    bool const elder_ended = connection.elder() == no_index || connections_[connection.elder()].over();
    bool const answered = segment.has(flag::Syn | flag::Ack);
    if (elder_ended || answered) connection.announce(&connections_[connection.previous()], verdict);
}

bool Tracker::observe(const IcmpError& error, Verdict& verdict) {
    bool swapped = false;
    Pair const pair = pair_of(error.quoted, swapped);
    auto const entry = newest_.find(pair);
    if (entry == newest_.end()) return false;
    verdict.conn = entry->second;
    connections_[entry->second].observe(error, swapped ? Side::B : Side::A, verdict);
    return true;
}

}  // namespace tcpstate
