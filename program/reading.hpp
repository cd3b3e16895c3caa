// SPDX-License-Identifier: GPL-2.0-or-later
/// Takes every frame of the files to its segments, by the plain way or by Wireshark's, and hands them to a command.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture_series.hpp"
#include "command.hpp"
#include "plain_frame.hpp"
#include "settings.hpp"
#include "wireshark_way.hpp"

namespace tcpstate {

struct ReadingOptions {
    std::vector<std::string> files;
    std::vector<std::string> preferences;  ///< NAME:VALUE
    bool wireshark = false;                ///< every frame goes its way
    bool count_ways = false;
    std::optional<uint64_t> interface;  ///< only what was captured there (CaptureFile::interface)
    int64_t forget_after = 0;           ///< nanoseconds of silence; 0: nothing is forgotten
};

/// How it ended, which is also the exit status of the program.
enum class Ending : int { Complete = 0, Failed = 1, WrongArguments = 2, BadFiles = 3, Interrupted = 130 };

class Reading {
public:
    Reading(const ReadingOptions& options, Session::Ledger ledger, Command& command);

    /// Reads all, and lets the command finish. Throws std::runtime_error, std::bad_alloc.
    Ending run();

private:
    void begin();
    void take(CaptureFile& file);
    Found look(CaptureFile& file);
    void observe(Found found, int64_t time);
    /// Lets the session forget what was silent for long, when it is time for that again.
    void forget(int64_t now);
    void print_forgotten() const;
    void print_ways() const;
    static void listen(void* reading, const Tapped& tapped);

    const ReadingOptions& options_;
    Command& command_;
    Settings settings_;
    WiresharkWay wireshark_;
    Session* session_ = nullptr;
    bool bad_files_ = false;
    bool plainly_ = true;                ///< no setting is in the way
    int64_t forgot_ = 0;                 ///< the time when that was done last
    uint32_t forgot_in_ = 0, live_ = 0;  ///< the frame, and how many connections were left
    uint32_t frame_ = 0;                 ///< number of the latest
    PlainFrame plain_;                   ///< what is in it, with what earlier ones left where it says nothing
    std::array<uint64_t, static_cast<size_t>(Found::Count)> found_{};
};

/// Asks a reading to end where it is. For signal handlers.
void interrupt();

}  // namespace tcpstate
