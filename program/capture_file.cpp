// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_file.hpp"

#include <cstring>

#include "wireshark_way.hpp"

namespace tcpstate {
namespace {

std::string describe(int code, const char* details) {
    std::string text;
    switch (code) {
        case WTAP_ERR_FILE_UNKNOWN_FORMAT: return "is no capture file that Wireshark knows";
        case WTAP_ERR_NOT_REGULAR_FILE: return "is neither a file nor a pipe";
        case WTAP_ERR_SHORT_READ: text = "is cut short in the middle of a packet"; break;
        case WTAP_ERR_BAD_FILE: text = "is damaged"; break;
        case WTAP_ERR_DECOMPRESS: text = "is damaged: cannot be decompressed"; break;
        default: text = code > 0 ? std::strerror(code) : wtap_strerror(code);
    }
    if (details != nullptr) text += std::string(": ") + details;
    return text;
}

}  // namespace

CaptureFile::CaptureFile(const std::string& path) : path_(path) {
    int code = 0;
    char* details = nullptr;
    file_ = wtap_open_offline(path.c_str(), WTAP_TYPE_AUTO, &code, &details, false);
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
    error_ = describe(code, details);
    g_free(details);
}

bool CaptureFile::next() {
    if (file_ == nullptr || !error_.empty()) return false;
    int code = 0;
    char* details = nullptr;
    if (record_.read(file_, &code, &details)) return true;
    if (code != 0) fail(code, details);
    return false;
}

}  // namespace tcpstate
