// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_file.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "nanoseconds.hpp"
#include "wireshark_way.hpp"

namespace tcpstate {
namespace {

FileProblem describe(int code, const char* details) {
    FileProblem found;
    switch (code) {
        case WTAP_ERR_FILE_UNKNOWN_FORMAT: return {"not-a-capture", "is no capture file that Wireshark knows"};
        case WTAP_ERR_NOT_REGULAR_FILE: return {"unreadable", "is neither a file nor a pipe"};
        case WTAP_ERR_SHORT_READ: found = {"truncated", "is cut short in the middle of a packet"}; break;
        case WTAP_ERR_BAD_FILE: found = {"corrupt", "is damaged"}; break;
        case WTAP_ERR_DECOMPRESS: found = {"corrupt", "is damaged: cannot be decompressed"}; break;
        default:
            found =
                code > 0 ? FileProblem{"unreadable", std::strerror(code)} : FileProblem{"corrupt", wtap_strerror(code)};
    }
    if (details != nullptr) found.words += std::string(": ") + details;
    return found;
}

}  // namespace

void CaptureFile::open() {
    int code = 0;
    char* details = nullptr;
    file_ = wtap_open_offline(path_.c_str(), WTAP_TYPE_AUTO, &code, &details, false);
    if (file_ == nullptr)
        fail(code, details);
    else
        wtap_set_cb_new_secrets(file_, WiresharkWay::take_secrets);
}

CaptureFile::~CaptureFile() { close(); }

void CaptureFile::close() {
    if (file_ != nullptr) wtap_close(file_);
    file_ = nullptr;
}

void CaptureFile::fail(int code, char* details) {
    problem_ = describe(code, details);
    g_free(details);
}

bool CaptureFile::next() {
    if (file_ == nullptr && packets_ == 0 && problem_.kind.empty()) open();
    if (!problem_.kind.empty()) return false;
    int code = 0;
    char* details = nullptr;
    if (record_.read(file_, &code, &details)) {
        ++packets_;
        if (has_time()) {
            int64_t const when = nanoseconds(time());
            earliest_ = std::min(earliest_, when);
            latest_ = std::max(latest_, when);
        }
        return true;
    }
    if (code != 0) fail(code, details);
    return false;
}

void CaptureFile::wait() {
    std::error_code none;
    if (path_ != "-" && std::filesystem::is_regular_file(path_, none)) close();
}

bool CaptureFile::resume() {
    if (file_ != nullptr) return true;
    packets_ = 0;
    return next();
}

}  // namespace tcpstate
