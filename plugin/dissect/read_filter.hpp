// SPDX-License-Identifier: GPL-2.0-or-later
/// What a read filter (`tshark -2 -R`, File > Open) lets pass. Wireshark dissects all frames on the first pass, gives a
/// frame that does not pass the number of the next one, and never shows it again. What it shows is a capture with holes
/// and is judged as one, in a session of its own; the first pass, in which the filter may ask for our fields, sees all.
#pragma once
#include <memory>
#include <variant>
#include <vector>

#include "compat.hpp"
#include "session.hpp"

namespace tcpstate {

/// The two are one until a frame does not pass.
struct Sessions {
    std::unique_ptr<Session> shown;  ///< of the frames that Wireshark shows
    std::unique_ptr<Session> read;   ///< of all frames of the file; null if they are the same

    Session* observing() const { return read ? read.get() : shown.get(); }
};

class ReadFilter {
public:
    /// \name First pass, for each header whose frame a filter looks at. They throw std::bad_alloc.
    /// @{
    /// Before the header is observed: did the frame before pass?
    void begin(const packet_info* pinfo, Sessions& sessions);
    void note(const Path& path, const Segment& segment, uint16_t header_id);
    void note(const IcmpError& error, uint16_t header_id);
    /// @}
    /// The header was noted before. If by another dissection, then its frame is shown: it has passed.
    void dissect_again(const packet_info* pinfo, Sessions& sessions);
    /// A later pass: which of the frames passed is known.
    void end(const packet_info* pinfo, Sessions& sessions) {
        if (pending_) settle(pinfo, sessions);
    }
    /// The number of the latest frame among all of the file with TCP, once one of them did not pass.
    uint32_t ordinal() const { return ordinal_; }

private:
    struct Header {
        uint16_t id;
        std::variant<IcmpError, std::pair<Path, Segment>> content;
        std::vector<uint8_t> reset_payload;
    };
    void settle(const packet_info* pinfo, Sessions& sessions);
    void pass(Sessions& sessions);
    void drop(Sessions& sessions);
    static void replay(std::vector<Header>& headers, Session& session);

    // the latest frame
    bool pending_ = false;  // it is not known yet whether it passes
    uint32_t frame_ = 0;
    uint32_t ordinal_ = 0;
    int64_t offset_ = 0;
    nstime_t time_{};
    const packet_info* dissection_ = nullptr;
    bool too_late_ = false;        // so many frames passed that those before are no longer kept
    size_t passed_ = 0;            // how many of the headers are of frames that passed
    std::vector<Header> headers_;  // of the latest frame, and of those before until a frame does not pass
};

}  // namespace tcpstate
