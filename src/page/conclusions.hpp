// SPDX-License-Identifier: GPL-2.0-or-later
/// What is wrong in a capture, the worst first: a sentence for each thing that happened, however often it did.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "page_source.hpp"

namespace tcpstate {

enum class Weight : uint8_t { Error, Warning, Note, Ok, Count };
const char* name(Weight weight);

struct Conclusion {
    Weight weight = Weight::Ok;
    std::string text;
    std::vector<uint32_t> connections;
};

/// There is always one at least. Throws std::bad_alloc.
std::vector<Conclusion> conclude(const PageSource& source);

}  // namespace tcpstate
