// SPDX-License-Identifier: GPL-2.0-or-later
/// What the crossings of a connection say, in sentences: a function for each question.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "comparison.hpp"

namespace tcpstate {

/// A connection between two points, and the list that its findings go to. What answers a question derives from it.
class Findings {
public:
    Findings(const Stretch& stretch, const OpenPassage& open, char name_a, char name_b, std::vector<Finding>& list)
        : stretch_(stretch),
          passage_(open.passage),
          c_(open.connection),
          crossings_(open.crossings),
          name_a_(name_a),
          name_b_(name_b),
          findings_(list) {}

protected:
    const SeenSegment* at_a(const Crossing& c) const { return c.a == no_index ? nullptr : &c_.segments_a[c.a]; }
    const SeenSegment* at_b(const Crossing& c) const { return c.b == no_index ? nullptr : &c_.segments_b[c.b]; }
    /// As the point shows it that its sender is nearer to, or the other one.
    const SeenSegment& segment(const Crossing& c) const {
        bool const by_a = c.b == no_index || (c.from_a && c.a != no_index);
        return by_a ? c_.segments_a[c.a] : c_.segments_b[c.b];
    }
    char first_point(const Crossing& c) const { return c.from_a ? name_a_ : name_b_; }
    char second_point(const Crossing& c) const { return c.from_a ? name_b_ : name_a_; }
    /// The point on that end's side.
    char near(Role role) const { return (role == Role::Client) == passage_.client_at_a ? name_a_ : name_b_; }
    char far(Role role) const { return near(other(role)); }
    const std::vector<Crossing>& crossings() const { return crossings_; }
    std::vector<uint32_t> frames_of(const std::vector<const Crossing*>& list) const;

    Finding& add(FindingKind kind, std::string text) {
        findings_.push_back({kind, std::move(text), {}, {}});
        return findings_.back();
    }
    /// With the frames that show it.
    static void cite(Finding& finding, const SeenSegment* a, const SeenSegment* b);
    void cite_all(Finding& finding, const std::vector<const Crossing*>& crossings) const;

    const Stretch& stretch_;
    const Passage& passage_;
    const PairedConnection& c_;
    const std::vector<Crossing>& crossings_;
    char name_a_, name_b_;
    std::vector<Finding>& findings_;
};

/// \name Questions
/// @{
void find_resets(const Findings& findings);   ///< who sent a RST, and why
void find_errors(const Findings& findings);   ///< who sent an ICMP error, and what it was about
void find_silence(const Findings& findings);  ///< who did not answer: the path or the host
void find_truth(const Findings& findings);    ///< what either end was in truth: half-open, or never closed
void find_losses(const Findings& findings);   ///< also what one capture only missed
void find_changes(const Findings& findings);  ///< injected, changed, rewritten, reordered, copied
/// @}

}  // namespace tcpstate
