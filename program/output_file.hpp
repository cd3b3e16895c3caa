// SPDX-License-Identifier: GPL-2.0-or-later
/// A file that is there as a whole or not at all: it is written beside its place and moved there when it is complete.
#pragma once
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace tcpstate {

class OutputFile {
public:
    /// "-" is standard output. It and whatever else is no regular file is written to as it is. Throws
    /// std::runtime_error.
    explicit OutputFile(std::string path);
    /// Leaves no trace unless it was completed.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// \name Throw std::runtime_error
    /// @{
    void write(std::string_view piece);
    void complete();
    /// @}

private:
    [[noreturn]] void fail() const;

    std::string path_, temporary_;  // the latter empty: it is written to in its place
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace tcpstate
