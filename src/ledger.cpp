// SPDX-License-Identifier: GPL-2.0-or-later
#include "ledger.hpp"

#include <cstring>
#include <type_traits>

namespace tcpstate {

namespace {

constexpr int inline_changes = 4;

enum Part : uint32_t {
    Events = 1, HalfOpenPart = 2, HalfClosedPart = 4, EmbryonicPart = 8,
    ResetPart = 16, UnackedPart = 32, RemarksPart = 64, ChangesPart = 128
};

using FurtherChanges = std::array<Change, max_changes - inline_changes>;

uint8_t pack_change(Change change) {
    return static_cast<uint8_t>((change.rule + 1) | (change.who == Role::Server ? 0x80 : 0));
}
Change unpack_change(uint8_t code) {
    return {static_cast<uint8_t>((code & 0x7f) - 1), code & 0x80 ? Role::Server : Role::Client};
}

template <typename T>
void write(std::vector<uint32_t>& words, const T& part) {
    static_assert(std::is_trivially_copyable_v<T>);
    size_t const at = words.size();
    words.resize(at + (sizeof(T) + 3) / 4);
    std::memcpy(&words[at], &part, sizeof(T));
}

template <typename T>
void read(const uint32_t*& word, T& part) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(static_cast<void*>(&part), word, sizeof(T));
    word += (sizeof(T) + 3) / 4;
}

bool remarkable(const Remarks& r) {
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
    if (remarkable(v.remarks)) parts |= RemarksPart;
    if (v.changes > inline_changes) parts |= ChangesPart;
    return parts;
}

}  // namespace

/// In one expression, which compilers turn into a few shifts and one store. Most of a plain verdict is known beforehand.
Ledger::Record Ledger::pack_plain(uint8_t place, const Verdict& v) {
    return {
        .idle = v.idle,
        .conn = v.conn,
        .detail = 0,
        .change = {},
        .place = place,
        .used = 1,
        .client_state = static_cast<uint32_t>(State::Established),
        .server_state = static_cast<uint32_t>(State::Established),
        .client_presumed = v.presumed[0],
        .server_presumed = v.presumed[1],
        .sender = static_cast<uint32_t>(v.sender) & 1,
        .guessed = v.guessed,
        .is_segment = true,
        .phase = static_cast<uint32_t>(Phase::Open),
        .half_closed = 0,
        .closed_first = 0,
    };
}

Ledger::Record Ledger::pack(uint8_t place, const Verdict& v) {
    return {
        .idle = v.idle,
        .conn = v.conn,
        .detail = 0,
        .change = {},
        .place = place,
        .used = 1,
        .client_state = static_cast<uint32_t>(v.state[0]) & 0xf,
        .server_state = static_cast<uint32_t>(v.state[1]) & 0xf,
        .client_presumed = v.presumed[0],
        .server_presumed = v.presumed[1],
        .sender = static_cast<uint32_t>(v.sender) & 1,
        .guessed = v.guessed,
        .is_segment = v.is_segment,
        .phase = static_cast<uint32_t>(v.phase) & 7,
        .half_closed = static_cast<uint32_t>(v.half_closed) & 3,
        .closed_first = static_cast<uint32_t>(v.closed_first) & 3,
    };
}

uint32_t Ledger::store_details(const Verdict& v) {
    uint32_t const parts = parts_of(v);
    if (parts == 0) return 0;
    auto const at = static_cast<uint32_t>(details_.size());
    details_.push_back(parts);
    if (parts & Events) write(details_, v.events);
    if (parts & HalfOpenPart) write(details_, v.half_open);
    if (parts & HalfClosedPart) write(details_, v.half_closed_count);
    if (parts & EmbryonicPart) write(details_, v.embryonic);
    if (parts & ResetPart) write(details_, v.reset);
    if (parts & UnackedPart) write(details_, v.unacked);
    if (parts & RemarksPart) write(details_, v.remarks);
    if (parts & ChangesPart) {
        FurtherChanges further{};
        for (size_t i = 0; i < further.size(); ++i) further[i] = v.change[inline_changes + i];
        write(details_, v.changes);
        write(details_, further);
    }
    return at;
}

void Ledger::add_details(Record& record, const Verdict& v) {
    for (int i = 0; i < v.changes && i < inline_changes; ++i)
        record.change[i] = pack_change(v.change[static_cast<size_t>(i)]);
    record.detail = store_details(v);
}

void Ledger::store(uint32_t frame, uint8_t place, const Verdict& verdict) {
    records_.grow_to(frame + 1);
    Record& slot = records_[frame];
    if (slot.used && slot.place != place) return store_further(frame, place, verdict);
    if (verdict.plain) {
        slot = pack_plain(place, verdict);
    } else {
        slot = pack(place, verdict);
        add_details(slot, verdict);
    }
}

void Ledger::store_further(uint32_t frame, uint8_t place, const Verdict& verdict) {
    Record record = pack(place, verdict);
    add_details(record, verdict);
    further_.emplace(frame, record);
}

void Ledger::load_details(uint32_t at, Verdict& v) const {
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
    if (parts & RemarksPart) read(word, v.remarks);
    if (parts & ChangesPart) {
        FurtherChanges further{};
        read(word, v.changes);
        read(word, further);
        for (size_t i = 0; i < further.size(); ++i) v.change[inline_changes + i] = further[i];
    }
}

bool Ledger::load(uint32_t frame, uint8_t place, Verdict& v) const {
    if (frame >= records_.size() || !records_[frame].used) return false;
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
    v.state = {static_cast<State>(r->client_state), static_cast<State>(r->server_state)};
    v.presumed = {r->client_presumed != 0, r->server_presumed != 0};
    v.sender = static_cast<Role>(r->sender);
    v.guessed = r->guessed != 0;
    v.is_segment = r->is_segment != 0;
    v.phase = static_cast<Phase>(r->phase);
    v.half_closed = static_cast<MaybeRole>(r->half_closed);
    v.closed_first = static_cast<MaybeRole>(r->closed_first);
    for (uint8_t code : r->change)
        if (code != 0) v.change[v.changes++] = unpack_change(code);
    if (r->detail != 0) load_details(r->detail, v);
    return true;
}

}  // namespace tcpstate
