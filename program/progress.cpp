// SPDX-License-Identifier: GPL-2.0-or-later
#include "progress.hpp"

#include <cinttypes>
#include <cstdio>
#include <filesystem>

#include <unistd.h>

namespace tcpstate {

Progress::Progress(const std::vector<std::string>& paths)
    : is_shown_(isatty(STDERR_FILENO) == 1), files_(paths.size()) {
    for (const std::string& path : paths) {
        std::error_code error;
        uint64_t const size =
            std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
        if (size == 0 || error) {
            total_ = 0;
            return;
        }
        total_ += size;
    }
}

Progress::~Progress() {
    if (has_shown_) std::fputs("\r\033[K", stderr);
}

void Progress::show(uint64_t frames, uint64_t bytes, size_t files) {
    shown_ = Clock::now();
    has_shown_ = true;
    std::fputc('\r', stderr);
    if (files_ > 1) std::fprintf(stderr, "%zu of %zu files, ", files, files_);
    std::fprintf(stderr, "%" PRIu64 " packets, %" PRIu64 " MB", frames, bytes / 1'000'000);
    if (total_ != 0 && bytes != 0 && bytes <= total_) {
        std::chrono::duration<double> const passed = shown_ - begun_;
        auto const all = static_cast<double>(total_), read = static_cast<double>(bytes);
        std::fprintf(stderr, " of %" PRIu64 " (%.0f %%), %.0f s left", total_ / 1'000'000, 100 * read / all,
                     passed.count() * (all - read) / read);
    }
    std::fputs("\033[K", stderr);
    std::fflush(stderr);
}

}  // namespace tcpstate
