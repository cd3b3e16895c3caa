// SPDX-License-Identifier: GPL-2.0-or-later
#include "store.hpp"

#include <cstring>
#include <type_traits>

namespace tcpstate {

namespace {

constexpr size_t inline_changes = sizeof VerdictStore::Record::change;

uint8_t pack_change(Change change) {
    return static_cast<uint8_t>((change.rule + 1) | (change.who == Role::Server ? 0x80 : 0));
}
Change unpack_change(uint8_t code) {
    return {static_cast<uint8_t>((code & 0x7f) - 1), (code & 0x80) != 0 ? Role::Server : Role::Client};
}

/// \name Whether a part is there at all. Changes for which the record itself has room are no part.
/// @{
bool is_there(uint32_t events) { return events != 0; }
bool is_there(bool flag) { return flag; }
bool is_there(const HalfOpen& part) { return part.kind != HalfOpenKind::None; }
bool is_there(const HalfClose& part) { return part.since != 0; }
bool is_there(const Embryonic& part) { return part.kind != EmbryonicKind::None; }
bool is_there(const Reset& part) { return part.hindsight != no_index; }
bool is_there(const Unacked& part) { return (part.client | part.server) != 0; }
bool is_there(const Annotations& part) {
    uint32_t const frames = part.challenge_ack | part.copy_of;
    auto const any = [](auto... each) { return (... | static_cast<uint8_t>(each)) != 0; };
    return frames != 0 || part.previous != no_index || any(part.keepalive, part.recovery, part.remark, part.icmp);
}
bool is_there(const Declared& part) { return part.text[0] != 0; }
bool is_there(const Changes& changes) { return changes.size() > inline_changes; }
/// @}

template <typename Part>
constexpr size_t words = (sizeof(Part) + 3) / 4;

/// Calls `visit(bit, part)` for each part of the verdict.
template <typename SomeVerdict, typename Visit>
void each_part(SomeVerdict& verdict, Visit&& visit) {
    std::apply(
        [&](auto... members) {
            uint32_t mask = 1;
            ((visit(mask, verdict.*members), mask <<= 1), ...);
        },
        verdict_parts);
}

/// Bit set of the parts that are there.
uint32_t parts_of(const Verdict& verdict) {
    uint32_t parts = 0;
    each_part(verdict, [&](uint32_t mask, const auto& part) {
        if (is_there(part)) parts |= mask;
    });
    return parts;
}

}  // namespace

bool VerdictStore::add_details(Record& record, const Verdict& verdict, uint32_t parts) {
    uint32_t all[words<Verdict> + std::tuple_size_v<decltype(verdict_parts)> + 1];  // each part rounded up to words
    uint32_t* end = all;
    *end++ = parts;
    each_part(verdict, [&](uint32_t mask, const auto& part) {
        if ((parts & mask) == 0) return;
        using Part = std::remove_cvref_t<decltype(part)>;
        static_assert(std::is_trivially_copyable_v<Part>);
        end[words<Part> - 1] = 0;
        std::memcpy(end, &part, sizeof part);
        end += words<Part>;
    });
    auto const size = static_cast<size_t>(end - all);
    if (details_.size() + size > limits_.detail_words) return false;
    record.detail = static_cast<uint32_t>(details_.size());
    details_.insert(details_.end(), all, end);
    return true;
}

bool VerdictStore::store_any(uint32_t frame, uint8_t slot, const Verdict& verdict) {
    if (frame >= limits_.frames) return false;
    Record made(verdict, slot);
    if (verdict.changes.size() <= inline_changes)
        for (size_t i = 0; i < verdict.changes.size(); ++i) made.change[i] = pack_change(verdict.changes[i]);
    uint32_t const parts = verdict.plain.value ? 0 : parts_of(verdict);
    if (parts != 0 && !add_details(made, verdict, parts)) return false;
    if (verdict.incarnation > 1) incarnations_.emplace(verdict.conn, verdict.incarnation);
    if (frame >= records_.size()) {
        if (frame != records_.size()) records_.grow_to(frame);
        records_.add(made);
        return true;
    }
    Record& first = records_[frame];
    if (first.snapshot.known && first.slot != slot)
        further_.emplace(frame, made);
    else
        first = made;
    return true;
}

void VerdictStore::load_details(uint32_t at, Verdict& verdict) const {
    const uint32_t* word = &details_[at];
    uint32_t const parts = *word++;
    each_part(verdict, [&](uint32_t mask, auto& part) {
        if ((parts & mask) == 0) return;
        std::memcpy(static_cast<void*>(&part), word, sizeof part);
        word += words<std::remove_cvref_t<decltype(part)>>;
    });
}

bool VerdictStore::load(uint32_t frame, uint8_t slot, Verdict& verdict) const {
    if (frame >= records_.size() || !records_[frame].snapshot.known) return false;
    const Record* record = &records_[frame];
    if (record->slot != slot) {
        record = nullptr;
        for (auto [it, end] = further_.equal_range(frame); it != end; ++it)
            if (it->second.slot == slot) record = &it->second;
        if (record == nullptr) return false;
    }
    verdict = Verdict{};
    verdict.conn = record->conn;
    verdict.idle = record->idle;
    static_cast<Snapshot&>(verdict) = record->snapshot;
    for (uint8_t code : record->change)
        if (code != 0) verdict.changes.add(unpack_change(code));
    if (record->detail != 0) load_details(record->detail, verdict);
    if (auto const known = incarnations_.find(verdict.conn); known != incarnations_.end())
        verdict.incarnation = known->second;
    verdict.plain.value = record->detail == 0 && record->change[0] == 0 && verdict.incarnation == 1;
    return true;
}

}  // namespace tcpstate
