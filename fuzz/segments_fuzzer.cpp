// SPDX-License-Identifier: GPL-2.0-or-later
/// Fuzz target: sequences of segments through the core, every verdict judged by the oracle. A second tracker that never
/// takes the short way of calm connections must come to the same.
#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "oracle.hpp"
#include "script.hpp"

namespace {

using namespace fuzz;

/// A tracker is used for many runs, each with addresses of its own: the first connection of a tracker costs half a
/// megabyte, which would be most of a run. What a run finds can depend on no other run.
struct Stage {
    std::unique_ptr<tcpstate::Tracker> tracker, slow;
    uint32_t salt = 0;
};

Stage& stage(int preferences) {
    constexpr uint32_t most_connections = 900;  // one block of the pool
    static Stage stages[4];
    Stage& s = stages[preferences];
    if (s.tracker == nullptr || s.tracker->size() > most_connections) {
        tcpstate::Preferences p;
        if (preferences == 1) p = {1, 0, 0};
        if (preferences == 2) p = {5, 3'600'000'000'000, 255};
        if (preferences == 3) p = {0, 4'294'967'295'000'000, 3};
        s.tracker = std::make_unique<tcpstate::Tracker>(p);
        s.slow = std::make_unique<tcpstate::Tracker>(p, tcpstate::Tracker::Paths::SlowOnly);
        s.salt = 0;
    }
    ++s.salt;
    return s;
}

void play(const uint8_t* data, size_t size) {
    Config const config(data[0]);
    Stage& s = stage(config.preferences);
    Script script(s.salt);
    Oracle oracle(*s.tracker, config.thorough);
    size_t const records = std::min((size - config_size) / sizeof(Record), most_records);
    for (size_t i = 0; i < records; ++i) {
        Record record;
        std::memcpy(&record, data + config_size + i * sizeof record, sizeof record);
        Action const action = script.next(record, *s.tracker);
        const tcpstate::Verdict *verdict = nullptr, *on_slow_path = nullptr;
        if (action.is_icmp) {
            on_slow_path = s.slow->observe(action.icmp);
            verdict = s.tracker->observe(action.icmp);
            if (verdict == nullptr) continue;
        } else {
            on_slow_path = &s.slow->observe(action.path, action.segment);
            verdict = &s.tracker->observe(action.path, action.segment);
        }
        oracle.compare(action, *verdict, *s.slow, *on_slow_path);
        oracle.judge(action, *verdict);
        script.learn(action, *verdict);
    }
    oracle.judge_all();
}

using Random = std::minstd_rand;

template <typename T, size_t N>
T one_of(Random& random, const T (&values)[N]) {
    return values[random() % N];
}

void refresh(Record& record, Random& random) {
    static constexpr uint8_t usual_flags[] = {0x02, 0x12, 0x10, 0x10, 0x10, 0x18, 0x18, 0x11,
                                              0x11, 0x04, 0x14, 0x14, 0x19, 0x01, 0x00, 0x03};
    static constexpr int32_t near[] = {0,    0,     0,     0,     0,      1,       -1,        2,        -2,
                                       1460, -1460, 65535, 65536, -65535, 1 << 30, INT32_MIN, INT32_MAX};
    static constexpr uint16_t lengths[] = {0, 0, 0, 1, 1, 2, 5, 100, 1460, 65535};
    static constexpr uint16_t windows[] = {0, 0, 1, 100, 1000, 29200, 65535};
    switch (random() % 12) {
        case 0: record.target = static_cast<uint8_t>(random()); break;
        case 1: record.target ^= 4; break;
        case 2: record.flags = one_of(random, usual_flags); break;
        case 3: record.bases = static_cast<uint8_t>(random()); break;
        case 4:
            record.bases = 0xff;
            record.seq_delta = one_of(random, near);
            record.ack_delta = one_of(random, near);
            break;
        case 5: record.seq_delta = one_of(random, near); break;
        case 6: record.ack_delta = one_of(random, near); break;
        case 7: record.length = one_of(random, lengths); break;
        case 8: record.window = one_of(random, windows); break;
        case 9:
            record.options = static_cast<uint8_t>(random());
            record.detail = static_cast<uint8_t>(random());
            break;
        case 10: record.clock = static_cast<uint8_t>(random()); break;
        default: record.pause = static_cast<uint16_t>(random() % 400); break;
    }
}

/// An ordinary segment of the connection that is there: what everything else happens around.
Record ordinary(Random& random) {
    Record record{};
    record.target = static_cast<uint8_t>((random() & 4) | (random() % 8 == 0 ? random() & 3 : 0));
    record.bases = 0xff;
    record.clock = 0x02;
    record.pause = static_cast<uint16_t>(random() % 300);
    record.window = 1000;
    record.flags = 0x10;
    int const changes = static_cast<int>(random() % 3);
    for (int i = 0; i <= changes; ++i) refresh(record, random);
    return record;
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size >= config_size + sizeof(Record)) play(data, size);
    return 0;
}

/// Works on whole records, so that one change does not shift the meaning of all that follows.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
    Random random(seed);
    size_t const room = max_size < config_size ? 0 : std::min((max_size - config_size) / sizeof(Record), most_records);
    if (room == 0) return size;
    std::vector<Record> records(size < config_size ? 0 : std::min((size - config_size) / sizeof(Record), room));
    if (!records.empty()) std::memcpy(records.data(), data + config_size, records.size() * sizeof(Record));
    if (size < config_size) std::memset(data, 0, config_size);
    int const changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i) {
        size_t const count = records.size();
        size_t const at = count == 0 ? 0 : random() % count;
        auto const here = records.begin() + static_cast<std::ptrdiff_t>(at);
        switch (count == 0 ? 0 : random() % 10) {
            case 0:
                if (count < room) records.insert(here, ordinary(random));
                break;
            case 1:
                if (count < room) records.push_back(ordinary(random));
                break;
            case 2:
                if (count < room) records.insert(here, Record(*here));
                break;
            case 3:
                if (count > 1) records.erase(here);
                break;
            case 4: std::swap(*here, records[random() % count]); break;
            case 5: data[0] = static_cast<uint8_t>(random()); break;
            case 6: {  // any bit
                auto* const bytes = reinterpret_cast<uint8_t*>(&*here);
                bytes[random() % sizeof(Record)] ^= static_cast<uint8_t>(1U << random() % 8);
                break;
            }
            default: refresh(*here, random); break;
        }
    }
    std::memcpy(data + config_size, records.data(), records.size() * sizeof(Record));
    return config_size + records.size() * sizeof(Record);
}

/// Half of one, half of the other.
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* data1, size_t size1, const uint8_t* data2, size_t size2,
                                            uint8_t* out, size_t max_size, unsigned int seed) {
    Random random(seed);
    if (size1 < config_size || size2 < config_size) return 0;
    size_t const count1 = (size1 - config_size) / sizeof(Record), count2 = (size2 - config_size) / sizeof(Record);
    size_t const take1 = count1 == 0 ? 0 : random() % (count1 + 1), skip2 = count2 == 0 ? 0 : random() % (count2 + 1);
    size_t const total = config_size + (take1 + count2 - skip2) * sizeof(Record);
    if (total > max_size) return 0;
    std::memcpy(out, data1, config_size + take1 * sizeof(Record));
    std::memcpy(out + config_size + take1 * sizeof(Record), data2 + config_size + skip2 * sizeof(Record),
                (count2 - skip2) * sizeof(Record));
    return total;
}
// NOLINTEND(readability-identifier-naming)
