// SPDX-License-Identifier: GPL-2.0-or-later
#include "store.hpp"

#include <cstring>
#include <type_traits>

namespace tcpstate {

namespace {

constexpr int inline_changes = 3;

enum Part : uint32_t {
    Events = 1,
    HalfOpenPart = 2,
    HalfClosedPart = 4,
    EmbryonicPart = 8,
    ResetPart = 16,
    UnackedPart = 32,
    AnnotationsPart = 64,
    ChangesPart = 128
};

using FurtherChanges = std::array<Change, max_changes - inline_changes>;

uint8_t pack_change(Change change) {
    return static_cast<uint8_t>((change.rule + 1) | (change.who == Role::Server ? 0x80 : 0));
}
Change unpack_change(uint8_t code) {
    return {static_cast<uint8_t>((code & 0x7f) - 1), code & 0x80 ? Role::Server : Role::Client};
}

template <typename T>
constexpr size_t words = (sizeof(T) + 3) / 4;

template <typename T>
void write(uint32_t*& word, const T& part) {
    static_assert(std::is_trivially_copyable_v<T>);
    word[words<T> - 1] = 0;
    std::memcpy(word, &part, sizeof(T));
    word += words<T>;
}

template <typename T>
void read(const uint32_t*& word, T& part) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(static_cast<void*>(&part), word, sizeof(T));
    word += words<T>;
}

bool is_annotated(const Annotations& r) {
    return r.challenge_ack != 0 || r.keepalive != Keepalive::None || r.icmp != IcmpVerdict::None ||
           r.previous != Outcome::Unknown;
}

uint32_t parts_of(const Verdict& v) {
    uint32_t parts = 0;
    if (v.events != 0) parts |= Events;
    if (v.half_open.kind != HalfOpenKind::None) parts |= HalfOpenPart;
    if (v.half_closed_count.segments != 0) parts |= HalfClosedPart;
    if (v.embryonic.kind != EmbryonicKind::None) parts |= EmbryonicPart;
    if (v.is_reset) parts |= ResetPart;
    if (v.has_unacked) parts |= UnackedPart;
    if (is_annotated(v.annotations)) parts |= AnnotationsPart;
    if (v.changes > inline_changes) parts |= ChangesPart;
    return parts;
}

}  // namespace

uint32_t VerdictStore::store_details(const Verdict& v) {
    uint32_t const parts = parts_of(v);
    if (parts == 0) return 0;
    uint32_t all[words<Verdict> + 8];  // each part rounded up to words
    uint32_t* end = all;
    write(end, parts);
    if (parts & Events) write(end, v.events);
    if (parts & HalfOpenPart) write(end, v.half_open);
    if (parts & HalfClosedPart) write(end, v.half_closed_count);
    if (parts & EmbryonicPart) write(end, v.embryonic);
    if (parts & ResetPart) write(end, v.reset);
    if (parts & UnackedPart) write(end, v.unacked);
    if (parts & AnnotationsPart) write(end, v.annotations);
    if (parts & ChangesPart) {
        FurtherChanges further{};
        for (size_t i = 0; i < further.size(); ++i) further[i] = v.change[inline_changes + i];
        write(end, v.changes);
        write(end, further);
    }
    auto const at = static_cast<uint32_t>(details_.size());
    details_.insert(details_.end(), all, end);
    return at;
}

void VerdictStore::add_details(Record& record, const Verdict& v) {
    for (int i = 0; i < v.changes && i < inline_changes; ++i)
        record.change[i] = pack_change(v.change[static_cast<size_t>(i)]);
    record.detail = store_details(v);
}

void VerdictStore::store_closely(uint32_t frame, uint8_t place, const Verdict& verdict) {
    records_.grow_to(frame + 1);
    Record* record = &records_[frame];
    if (record->snapshot.known && record->place != place) record = &further_.emplace(frame, Record{})->second;
    *record = {verdict.idle, verdict.conn, 0, {}, place, verdict};
    if (!verdict.plain) add_details(*record, verdict);
}

void VerdictStore::load_details(uint32_t at, Verdict& v) const {
    const uint32_t* word = &details_[at];
    uint32_t const parts = *word++;
    if (parts & Events) read(word, v.events);
    if (parts & HalfOpenPart) read(word, v.half_open);
    if (parts & HalfClosedPart) read(word, v.half_closed_count);
    if (parts & EmbryonicPart) read(word, v.embryonic);
    if (parts & ResetPart) {
        read(word, v.reset);
        v.is_reset = true;
    }
    if (parts & UnackedPart) {
        read(word, v.unacked);
        v.has_unacked = true;
    }
    if (parts & AnnotationsPart) read(word, v.annotations);
    if (parts & ChangesPart) {
        FurtherChanges further{};
        read(word, v.changes);
        read(word, further);
        for (size_t i = 0; i < further.size(); ++i) v.change[inline_changes + i] = further[i];
    }
}

bool VerdictStore::load(uint32_t frame, uint8_t place, Verdict& v) const {
    if (frame >= records_.size() || !records_[frame].snapshot.known) return false;
    const Record* r = &records_[frame];
    if (r->place != place) {
        r = nullptr;
        for (auto [it, end] = further_.equal_range(frame); it != end; ++it)
            if (it->second.place == place) r = &it->second;
        if (r == nullptr) return false;
    }
    v = Verdict{};
    v.conn = r->conn;
    v.idle = r->idle;
    static_cast<Snapshot&>(v) = r->snapshot;
    for (uint8_t code : r->change)
        if (code != 0) v.change[v.changes++] = unpack_change(code);
    if (r->detail != 0) load_details(r->detail, v);
    return true;
}

}  // namespace tcpstate
