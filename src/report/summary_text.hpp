// SPDX-License-Identifier: GPL-2.0-or-later
/// A capture in one screen: how connections ended, why they were reset, and where to look first.
#pragma once
#include <cstdio>
#include <memory>

#include "connection_rows.hpp"
#include "tracker.hpp"

namespace tcpstate {

class Summary {
public:
    Summary();
    ~Summary();
    Summary(const Summary&) = delete;
    Summary& operator=(const Summary&) = delete;

    /// Takes in a connection as it is now.
    void add(uint32_t conn, const ConnectionRow& row, const Tracker& tracker);
    void print(std::FILE* to) const;

private:
    class Counts;
    std::unique_ptr<Counts> counts_;
};

}  // namespace tcpstate
