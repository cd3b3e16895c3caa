// SPDX-License-Identifier: GPL-2.0-or-later
/// Several files as one capture: merged by the times of their packets as mergecap does it, or one behind the other in
/// the order of their first packets. No file is open before its first packet comes.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture_file.hpp"

namespace tcpstate {

enum class FileOrder : uint8_t { Merged, Appended };

class CaptureSeries {
public:
    /// `report(number, file)` is told about each file, which is at its end; numbers begin with 0.
    using Report = std::function<void(size_t number, const CaptureFile& file)>;

    CaptureSeries(const std::vector<std::string>& paths, FileOrder order, Report report);

    /// The file that the next record comes from, which stands at it; null at the end of the last one.
    CaptureFile* next();
    /// Of all files, compressed as they are.
    uint64_t bytes_read() const;
    size_t files_read() const { return files_read_; }  ///< to their ends

private:
    /// Whether the record of file `a` comes before that of file `b`.
    bool comes_before(size_t a, size_t b) const;
    void begin();
    bool advance(size_t file);
    void finish(size_t file);
    void enqueue(size_t file);
    void dequeue();

    std::vector<std::unique_ptr<CaptureFile>> files_;  // null: read to its end
    std::vector<size_t> queue_;  // a heap of those that stand at a record, but for the current one
    FileOrder order_;
    size_t current_ = 0;
    bool begun_ = false, has_current_ = false;
    uint64_t bytes_of_finished_ = 0;
    size_t files_read_ = 0;
    Report report_;
};

}  // namespace tcpstate
