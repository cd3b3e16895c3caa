// SPDX-License-Identifier: GPL-2.0-or-later
/// Keeps the verdicts on a whole capture in compact form: 24 bytes a segment, more only for segments that have
/// something remarkable about them.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "compiler.hpp"
#include "pool.hpp"
#include "verdict.hpp"

namespace tcpstate {

class VerdictStore {
public:
    /// What the store can hold. The defaults are what its indices can count.
    struct Limits {
        uint32_t frames = 0xffff'0000;        ///< frame numbers below this one
        uint32_t detail_words = 0xffff'0000;  ///< of 4 bytes, of all that is remarkable
    };
    VerdictStore() = default;
    explicit VerdictStore(Limits limits) : limits_(limits) {}

    /// Keeps the verdict on the TCP header in `slot`, any number that tells the headers of one frame apart. False when
    /// a limit does not allow it: what was kept so far stays as it is. Throws std::bad_alloc; then too.
    bool store(uint32_t frame, uint8_t slot, const Verdict& verdict) {
        bool const appends = verdict.plain.value && frame >= records_.size();
        if (!appends || frame >= limits_.frames) return store_any(frame, slot, verdict);
        if (frame != records_.size()) records_.grow_to(frame);  // over frames without TCP
        records_.add(verdict, slot);
        return true;
    }
    /// Fills `verdict` as it was stored. False when there is none.
    bool load(uint32_t frame, uint8_t slot, Verdict& verdict) const;

    struct Record {
        int64_t idle = 0;
        uint32_t conn = 0;
        uint32_t detail = 0;     ///< where its details begin, 0 if it has none
        uint8_t change[3] = {};  ///< 1 + rule in seven bits, role in the eighth; 0 is none
        uint8_t slot = 0;
        Snapshot snapshot{};  ///< known if the record is used

        Record() = default;
        Record(const Verdict& verdict, uint8_t its_slot)
            : idle(verdict.idle), conn(verdict.conn), slot(its_slot), snapshot(verdict) {}
    };

private:
    TCPSTATE_NOINLINE bool store_any(uint32_t frame, uint8_t slot, const Verdict& verdict);
    bool add_details(Record& record, const Verdict& verdict, uint32_t parts);
    void load_details(uint32_t at, Verdict& verdict) const;

    Limits limits_;
    Pool<Record> records_;                                 // by frame number
    std::unordered_multimap<uint32_t, Record> further_;    // second and later headers of a frame
    std::unordered_map<uint32_t, uint32_t> incarnations_;  // by connection, where it is not the first
    std::vector<uint32_t> details_{0};                     // words: a bit set of parts, then these parts
};
static_assert(sizeof(VerdictStore::Record) == 24);

}  // namespace tcpstate
