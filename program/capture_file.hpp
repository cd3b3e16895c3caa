// SPDX-License-Identifier: GPL-2.0-or-later
/// One capture file of any format that Wireshark opens, compressed or not.
#pragma once
#include <string>

#include "wiretap.hpp"

namespace tcpstate {

class CaptureFile {
public:
    /// `path` may be "-": standard input. When it cannot be opened, `error` says why, and there are no records.
    explicit CaptureFile(const std::string& path);
    ~CaptureFile();
    CaptureFile(const CaptureFile&) = delete;
    CaptureFile& operator=(const CaptureFile&) = delete;

    /// Goes on to the next record. False at the end, also where the file is damaged: `error` then says so.
    bool next();
    compat::Record& record() { return record_; }
    int type() const { return wtap_file_type_subtype(file_); }  ///< as dissectors want it
    bool has_time() const { return (record_.rec().presence_flags & WTAP_HAS_TS) != 0; }
    const nstime_t& time() const { return record_.rec().ts; }

    /// What the record was captured on: the number of its interface in the file, or, with the capture "any" of Linux
    /// (cooked, version 2), a number made of the system's own.
    uint64_t interface();
    std::string interface_name(uint64_t interface) const;
    /// What the capturing system says of itself (pcapng's interface statistics), as far as the file was read.
    struct Statistics {
        uint64_t dropped = 0;        ///< packets
        int64_t begin = 0, end = 0;  ///< of the capture, ns since the epoch; 0: it does not say
    };
    Statistics statistics(uint64_t interface) const;

    const std::string& path() const { return path_; }
    const std::string& error() const { return error_; }  ///< "" while all is well
    uint64_t bytes_read() const { return file_ != nullptr ? static_cast<uint64_t>(wtap_read_so_far(file_)) : 0; }

private:
    void fail(int code, char* details);
    void close();
    template <typename Visit>
    void each_interface(Visit&& visit) const;

    std::string path_, error_;
    wtap* file_ = nullptr;
    compat::Record record_;
};

}  // namespace tcpstate
