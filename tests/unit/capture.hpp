// SPDX-License-Identifier: GPL-2.0-or-later
/// Reads the recorded samples without Wireshark, for tests that play a capture many times over: pcapng of Ethernet
/// frames with TCP over IPv4 or IPv6. What else is in a capture is left out.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "segment.hpp"

namespace capture {

struct Packet {
    tcpstate::Path path;
    tcpstate::Segment segment;
    std::shared_ptr<const std::vector<uint8_t>> file;  ///< what the segment's payload points into
};

/// Throws std::runtime_error when the file is not such a capture.
std::vector<Packet> read(const std::string& path);

/// All samples of the repository, sorted by name.
std::vector<std::string> samples();

}  // namespace capture
