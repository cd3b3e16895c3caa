// SPDX-License-Identifier: GPL-2.0-or-later
/// Verdicts in English, for people: one sentence for a segment of note, one or two for a RST.
#pragma once
#include "fields.hpp"
#include "names.hpp"

namespace tcpstate {

/// client or server.
inline const char* sender(const View& view) { return name(view.verdict.sender); }

/// What is wrong with the capture, and the remedy. Only of a verdict with a remark.
void describe_remark(const View& v, Text& t);

/// The most important event of the segment, with endpoint, frame and figure. Empty when nothing happened.
void summarize(const View& view, Text& text);

/// In the interval between the last sign of life and the discovery nothing is told, and yet one endpoint is gone: empty
/// elsewhere, or where somebody knows.
void describe_silence(const View& view, Text& text);

/// Why this cause, by which RFC section, and what looks the same on the wire. Empty unless it is a RST.
void explain(const View& view, Text& text);

}  // namespace tcpstate
