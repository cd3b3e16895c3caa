// SPDX-License-Identifier: GPL-2.0-or-later
#include "output_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace tcpstate {
namespace {

bool is_written_in_place(const std::string& path) {
    std::error_code error;
    auto const kind = std::filesystem::status(path, error).type();
    return kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular;
}

/// With the rights of any new file, where mkstemp gives fewer.
std::FILE* make_temporary(std::string& path) {
    int const descriptor = mkstemp(path.data());
    if (descriptor < 0) return nullptr;
    mode_t const mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
    return fdopen(descriptor, "w");
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), file_(nullptr, std::fclose) {
    if (path_ == "-") {
        file_ = {stdout, std::fflush};
    } else if (is_written_in_place(path_)) {
        file_.reset(std::fopen(path_.c_str(), "w"));
    } else {
        temporary_ = path_ + ".XXXXXX";
        file_.reset(make_temporary(temporary_));
        if (file_ == nullptr) temporary_.clear();
    }
    if (file_ == nullptr) fail();
}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::fail() const {
    throw std::runtime_error((path_ == "-" ? "standard output" : path_) + ": " + std::strerror(errno));
}

void OutputFile::write(std::string_view piece) {
    if (std::fwrite(piece.data(), 1, piece.size(), file_.get()) != piece.size()) fail();
}

void OutputFile::complete() {
    auto const close = file_.get_deleter();
    if (close(file_.release()) != 0) fail();
    if (temporary_.empty()) return;
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail();
    temporary_.clear();
}

}  // namespace tcpstate
