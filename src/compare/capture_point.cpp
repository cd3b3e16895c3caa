// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_point.hpp"

#include <algorithm>
#include <cstring>

namespace tcpstate {
namespace {

/// Eight bytes at a time. Only equal payloads are compared by it, and nobody gains anything by a collision.
uint32_t hash_of(const Bytes& payload) {
    constexpr uint64_t factor = 0x9e3779b97f4a7c15U;
    uint64_t hash = payload.size;
    for (uint32_t at = 0; at < payload.size; at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, payload.data + at, std::min<size_t>(sizeof word, payload.size - at));
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    auto const folded = static_cast<uint32_t>(hash);
    return folded == 0 ? 1 : folded;
}

}  // namespace

void CapturePoint::note(const Path& path, const Segment& segment, const Bytes& payload, const Verdict& verdict) {
    if (verdict.conn >= connections_.size()) {
        connections_.resize(verdict.conn + size_t{1});
        latest_.resize(connections_.size());
    }
    SeenConnection& connection = connections_[verdict.conn];
    Role const sender = verdict.sender;
    auto const index = static_cast<size_t>(sender);
    connection.conn = verdict.conn;
    (sender == Role::Client ? connection.client : connection.server) = path.source;
    (sender == Role::Client ? connection.server : connection.client) = path.destination;
    if (segment.any(flag::Syn)) {
        connection.iss[index] = segment.seq;
        connection.has_iss[index] = true;
    }
    if (connection.ttl[index] == unknown_ttl && !segment.any(flag::Rst)) connection.ttl[index] = segment.ttl;
    SeenSegment seen;
    seen.time = segment.time;
    seen.frame = segment.frame;
    seen.seq = segment.seq;
    seen.ack = segment.ack;
    seen.length = segment.length;
    seen.timestamp = segment.timestamp;
    if (payload.size == segment.length && payload.size != 0) seen.payload = hash_of(payload);
    if (verdict.is_reset()) {
        seen.reset = static_cast<uint32_t>(connection.resets.size());
        connection.resets.push_back(verdict.reset);
    }
    seen.after = verdict;
    seen.window = segment.window;
    seen.ip_id = segment.ip_id;
    seen.ttl = segment.ttl;
    seen.flags = segment.flags;
    seen.sender = sender;
    seen.has_timestamp = segment.has_timestamp;
    seen.is_copy = verdict.annotations.copy_of != 0;
    connection.segments.add(seen, latest_[verdict.conn]);
}

void CapturePoint::note(const IcmpError& error, const Verdict& verdict) {
    if (verdict.conn >= connections_.size()) return;
    SeenConnection& connection = connections_[verdict.conn];
    Role const told = error.quoted.source == connection.client ? Role::Client : Role::Server;
    connection.errors.push_back({error.time, error.frame, error.seq, error.sender, error.verdict, told});
}

void CapturePoint::absorb(uint32_t whole, uint32_t fragment, bool swapped) {
    SeenConnection &to = connections_[whole], &from = connections_[fragment];
    const Socket& client = swapped ? from.server : from.client;
    if (!(client == to.client)) to.later_clients.emplace_back(from.segments.front().frame, client);
    std::vector<SeenSegment> all = to.segments.unpacked();
    for (SeenSegment segment : from.segments) {
        if (segment.reset != no_index) segment.reset += static_cast<uint32_t>(to.resets.size());
        if (swapped) {
            segment.sender = other(segment.sender);
            Snapshot const as_it_was = segment.after;
            segment.after.client_state = as_it_was.server_state;
            segment.after.server_state = as_it_was.client_state;
        }
        all.push_back(segment);
    }
    to.resets.insert(to.resets.end(), from.resets.begin(), from.resets.end());
    for (SeenError error : from.errors) {
        if (swapped) error.told = other(error.told);
        to.errors.push_back(error);
    }
    std::stable_sort(to.errors.begin(), to.errors.end(),
                     [](const SeenError& x, const SeenError& y) { return x.frame < y.frame; });
    std::stable_sort(all.begin(), all.end(),
                     [](const SeenSegment& x, const SeenSegment& y) { return x.frame < y.frame; });
    to.segments = {};
    SeenSegments::Latest latest;
    for (const SeenSegment& segment : all) to.segments.add(segment, latest);
    from = {};
}

void CapturePoint::note_time(int64_t time) {
    begin_ = std::min(begin_, time);
    end_ = std::max(end_, time);
}

void CapturePoint::finish(const Tracker& tracker) {
    latest_ = {};
    for (SeenConnection& connection : connections_) {
        connection.segments.shrink();
        if (!connection.segments.empty()) connection.outcome = tracker.connection(connection.conn).outcome();
    }
}

}  // namespace tcpstate
