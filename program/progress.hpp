// SPDX-License-Identifier: GPL-2.0-or-later
/// A line on a terminal that says how far it is. Nothing where standard error is none.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tcpstate {

class Progress {
public:
    explicit Progress(const std::vector<std::string>& paths);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Whether it is time for another line: cheap enough for each frame.
    bool is_due(uint64_t frames) { return is_shown_ && frames % between == 0 && is_late(); }
    void show(uint64_t frames, uint64_t bytes, size_t files);

private:
    using Clock = std::chrono::steady_clock;
    static constexpr uint64_t between = 1 << 14;
    bool is_late() const { return Clock::now() - shown_ > std::chrono::milliseconds(200); }

    bool is_shown_;
    size_t files_;
    bool has_shown_ = false;
    uint64_t total_ = 0;  // bytes of all files, 0 if unknown
    Clock::time_point begun_ = Clock::now(), shown_ = begun_;
};

}  // namespace tcpstate
