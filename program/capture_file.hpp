// SPDX-License-Identifier: GPL-2.0-or-later
/// One capture file of any format that Wireshark opens, compressed or not.
#pragma once
#include <cstdint>
#include <limits>
#include <string>

#include "wiretap.hpp"

namespace tcpstate {

/// What is wrong with a file: as one word, and in words that follow its name. Empty while all is well.
struct FileProblem {
    std::string kind, words;
};

class CaptureFile {
public:
    /// `path` may be "-": standard input.
    explicit CaptureFile(std::string path) : path_(std::move(path)) {}
    ~CaptureFile();
    CaptureFile(const CaptureFile&) = delete;
    CaptureFile& operator=(const CaptureFile&) = delete;

    /// Goes on to the next record. False at the end, also where the file is damaged or cannot be opened: `problem` then
    /// says so.
    bool next();
    /// Closes a file that stands at its first record, and may be one of thousands that wait for their turn. A pipe
    /// stays open.
    void wait();
    /// Back to the first record. False where that is gone.
    bool resume();
    compat::Record& record() { return record_; }
    int type() const { return wtap_file_type_subtype(file_); }  ///< as dissectors want it
    bool has_time() const { return (record_.rec().presence_flags & WTAP_HAS_TS) != 0; }
    const nstime_t& time() const { return record_.rec().ts; }

    /// What the record was captured on: the number of its interface in the file, or, with the capture "any" of Linux
    /// (cooked, version 2), a number made of the system's own.
    uint64_t interface();
    /// It was captured on "any" in the first cooked format, which does not say on which interface.
    bool hides_interface();
    std::string interface_name(uint64_t interface) const;
    /// What the capturing system says of itself (pcapng's interface statistics), as far as the file was read.
    struct Statistics {
        uint64_t dropped = 0;        ///< packets
        int64_t begin = 0, end = 0;  ///< of the capture, ns since the epoch; 0: it does not say
    };
    Statistics statistics(uint64_t interface) const;

    const std::string& path() const { return path_; }
    const FileProblem& problem() const { return problem_; }
    uint32_t packets() const { return packets_; }   ///< read so far
    int64_t earliest() const { return earliest_; }  ///< time of a packet; where there is none, later than `latest`
    int64_t latest() const { return latest_; }
    uint64_t bytes_read() const { return file_ != nullptr ? static_cast<uint64_t>(wtap_read_so_far(file_)) : 0; }

private:
    void open();
    void fail(int code, char* details);
    void close();
    template <typename Visit>
    void each_interface(Visit&& visit) const;

    std::string path_;
    FileProblem problem_;
    wtap* file_ = nullptr;
    compat::Record record_;
    uint32_t packets_ = 0;
    int64_t earliest_ = std::numeric_limits<int64_t>::max(), latest_ = std::numeric_limits<int64_t>::min();
};

}  // namespace tcpstate
