// SPDX-License-Identifier: GPL-2.0-or-later
#include "findings.hpp"

#include <algorithm>

namespace tcpstate {

std::vector<uint32_t> Findings::frames_of(const std::vector<const Crossing*>& list) const {
    std::vector<uint32_t> frames;
    frames.reserve(list.size());
    for (const Crossing* const c : list) frames.push_back(segment(*c).frame);
    return frames;
}

void Findings::cite(Finding& finding, const SeenSegment* a, const SeenSegment* b) {
    if (a != nullptr) finding.frames_a.push_back(a->frame);
    if (b != nullptr) finding.frames_b.push_back(b->frame);
}

void Findings::cite_all(Finding& finding, const std::vector<const Crossing*>& crossings) const {
    for (const Crossing* const c : crossings) cite(finding, at_a(*c), at_b(*c));
}

std::vector<Finding> find(const Stretch& stretch, const OpenPassage& open, char name_a, char name_b) {
    std::vector<Finding> list;
    if (open.crossings.empty()) return list;
    Findings const findings(stretch, open, name_a, name_b, list);
    for (auto* const question : {find_resets, find_errors, find_silence, find_truth, find_losses, find_changes})
        question(findings);
    std::stable_sort(list.begin(), list.end(), [](const Finding& x, const Finding& y) { return x.kind < y.kind; });
    return list;
}

}  // namespace tcpstate
