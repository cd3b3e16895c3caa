// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_series.hpp"

#include <algorithm>

namespace tcpstate {

CaptureSeries::CaptureSeries(const std::vector<std::string>& paths, Report report) : report_(std::move(report)) {
    for (const std::string& path : paths) files_.push_back(std::make_unique<CaptureFile>(path));
}

/// As mergecap does it: what has no time comes at once; of two at the same time, that of the later file comes first.
bool CaptureSeries::comes_before(size_t a, size_t b) const {
    const CaptureFile &one = *files_[a], &other = *files_[b];
    if (!one.has_time() || !other.has_time()) return one.has_time() == other.has_time() ? a < b : !one.has_time();
    int const order = nstime_cmp(&one.time(), &other.time());
    return order != 0 ? order < 0 : a > b;
}

bool CaptureSeries::advance(size_t file) {
    std::unique_ptr<CaptureFile>& its = files_[file];
    if (its->next()) return true;
    if (!its->error().empty()) report_(its->path(), its->error());
    bytes_of_finished_ += its->bytes_read();
    its.reset();
    ++files_read_;
    return false;
}

void CaptureSeries::enqueue(size_t file) {
    queue_.push_back(file);
    std::push_heap(queue_.begin(), queue_.end(), [this](size_t a, size_t b) { return comes_before(b, a); });
}

void CaptureSeries::dequeue() {
    has_current_ = !queue_.empty();
    if (!has_current_) return;
    std::pop_heap(queue_.begin(), queue_.end(), [this](size_t a, size_t b) { return comes_before(b, a); });
    current_ = queue_.back();
    queue_.pop_back();
}

CaptureFile* CaptureSeries::next() {
    if (!begun_) {
        begun_ = true;
        for (size_t file = 0; file < files_.size(); ++file)
            if (advance(file)) enqueue(file);
        dequeue();
    } else if (has_current_ && !advance(current_)) {
        dequeue();
    } else if (has_current_ && !queue_.empty() && comes_before(queue_.front(), current_)) {
        enqueue(current_);
        dequeue();
    }
    return has_current_ ? files_[current_].get() : nullptr;
}

uint64_t CaptureSeries::bytes_read() const {
    uint64_t sum = bytes_of_finished_;
    for (const auto& file : files_)
        if (file != nullptr) sum += file->bytes_read();
    return sum;
}

}  // namespace tcpstate
