// SPDX-License-Identifier: GPL-2.0-or-later
/// Verdicts of a whole capture in compact form: 24 bytes a segment, more only for segments that were is_annotated.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "pool.hpp"
#include "verdict.hpp"

namespace tcpstate {

class VerdictStore {
public:
    struct Record {
        int64_t idle;
        uint32_t conn;
        uint32_t detail;    ///< where its details begin, 0 if it has none
        uint8_t change[3];  ///< 1 + rule in seven bits, role in the eighth; 0 is none
        uint8_t place;
        Snapshot snapshot;  ///< known if the record is used
    };

    /// Keeps the verdict on the TCP header at `place`, any number that tells the headers of one frame apart.
    void store(uint32_t frame, uint8_t place, const Verdict& verdict) {
        if (!verdict.plain || frame < records_.size()) return store_closely(frame, place, verdict);
        records_.grow_to(frame);  // over frames without TCP
        records_.add(Record{verdict.idle, verdict.conn, 0, {}, place, verdict});
    }
    /// Fills `verdict` as it was stored. False when there is none.
    bool load(uint32_t frame, uint8_t place, Verdict& verdict) const;

private:
    [[gnu::noinline, gnu::hot]] void store_closely(uint32_t frame, uint8_t place, const Verdict& verdict);
    void add_details(Record& record, const Verdict& verdict);
    uint32_t store_details(const Verdict& verdict);
    void load_details(uint32_t at, Verdict& verdict) const;

    Pool<Record> records_;                               // by frame number
    std::unordered_multimap<uint32_t, Record> further_;  // second and later headers of a frame
    std::vector<uint32_t> details_{0};                   // words; a set of parts, then the parts
};
static_assert(sizeof(VerdictStore::Record) == 24);

}  // namespace tcpstate
