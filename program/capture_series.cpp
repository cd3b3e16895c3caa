// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_series.hpp"

#include <algorithm>

namespace tcpstate {

CaptureSeries::CaptureSeries(const std::vector<std::string>& paths, FileOrder order, Report report)
    : order_(order), report_(std::move(report)) {
    for (const std::string& path : paths) files_.push_back(std::make_unique<CaptureFile>(path));
}

/// What has no time comes at once. Of two at the same time, that of the later file comes first where mergecap would
/// merge them.
bool CaptureSeries::comes_before(size_t a, size_t b) const {
    const CaptureFile &one = *files_[a], &other = *files_[b];
    if (!one.has_time() || !other.has_time()) return one.has_time() == other.has_time() ? a < b : !one.has_time();
    int const order = nstime_cmp(&one.time(), &other.time());
    return order != 0 ? order < 0 : order_ == FileOrder::Merged ? a > b : a < b;
}

bool CaptureSeries::advance(size_t file) {
    if (files_[file]->next()) return true;
    finish(file);
    return false;
}

void CaptureSeries::finish(size_t file) {
    report_(file, *files_[file]);
    bytes_of_finished_ += files_[file]->bytes_read();
    ++files_read_;
    files_[file].reset();
}

void CaptureSeries::enqueue(size_t file) {
    queue_.push_back(file);
    std::push_heap(queue_.begin(), queue_.end(), [this](size_t a, size_t b) { return comes_before(b, a); });
}

void CaptureSeries::dequeue() {
    do {
        has_current_ = !queue_.empty();
        if (!has_current_) return;
        std::pop_heap(queue_.begin(), queue_.end(), [this](size_t a, size_t b) { return comes_before(b, a); });
        current_ = queue_.back();
        queue_.pop_back();
        if (!files_[current_]->resume()) finish(current_);
    } while (files_[current_] == nullptr);
}

void CaptureSeries::begin() {
    begun_ = true;
    for (size_t file = 0; file < files_.size(); ++file) {
        if (!advance(file)) continue;
        if (files_.size() > 1) files_[file]->wait();
        enqueue(file);
    }
    dequeue();
}

CaptureFile* CaptureSeries::next() {
    if (!begun_) {
        begin();
    } else if (has_current_ && !advance(current_)) {
        dequeue();
    } else if (has_current_ && order_ == FileOrder::Merged && !queue_.empty() &&
               comes_before(queue_.front(), current_)) {
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
