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

    const std::string& path() const { return path_; }
    const std::string& error() const { return error_; }  ///< "" while all is well
    uint64_t bytes_read() const { return file_ != nullptr ? static_cast<uint64_t>(wtap_read_so_far(file_)) : 0; }

private:
    void fail(int code, char* details);
    void close();

    std::string path_, error_;
    wtap* file_ = nullptr;
    compat::Record record_;
};

}  // namespace tcpstate
