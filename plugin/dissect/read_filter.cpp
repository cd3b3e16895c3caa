// SPDX-License-Identifier: GPL-2.0-or-later
#include "read_filter.hpp"

#include "dissection.hpp"

namespace tcpstate {
namespace {

/// A read filter that lets so many headers pass before the first that does not is not expected: 10 MB.
constexpr size_t most_headers = 1U << 16;

}  // namespace

void ReadFilter::begin(const packet_info* pinfo, Sessions& sessions) {
    if (frame_ == pinfo->num && offset_ == pinfo->fd->file_off) return;  // a further header of the same frame
    if (pending_) settle(pinfo, sessions);
    pending_ = true;
    frame_ = pinfo->num;
    ++ordinal_;
    offset_ = pinfo->fd->file_off;
    time_ = pinfo->abs_ts;
    dissection_ = pinfo;
}

void ReadFilter::note(const Path& path, const Segment& segment, uint16_t header_id) {
    if (too_late_) return;
    std::vector<uint8_t> payload(segment.reset_payload, segment.reset_payload + segment.reset_payload_length);
    headers_.push_back({header_id, std::pair{path, segment}, std::move(payload)});
}

void ReadFilter::note(const IcmpError& error, uint16_t header_id) {
    if (!too_late_) headers_.push_back({header_id, error, {}});
}

void ReadFilter::dissect_again(const packet_info* pinfo, Sessions& sessions) {
    if (pending_ && frame_ == pinfo->num && dissection_ != pinfo) pass(sessions);
}

/// The next frame with TCP has the same number, or one without TCP had it: nothing else tells what did not pass.
void ReadFilter::settle(const packet_info* pinfo, Sessions& sessions) {
    bool const visited = PINFO_FD_VISITED(pinfo) != 0;
    // for the first frame Wireshark tells the time of the first that it read
    const nstime_t* const shown = frame_ == 1 ? &time_ : compat::time_of_frame(pinfo, frame_);
    bool const another = shown != nullptr ? nstime_cmp(shown, &time_) != 0 : visited;
    bool const renumbered = !visited && frame_ == pinfo->num;
    renumbered || another ? drop(sessions) : pass(sessions);
}

void ReadFilter::pass(Sessions& sessions) {
    pending_ = false;
    passed_ = headers_.size();
    if (sessions.read) {
        replay(headers_, *sessions.shown);
        passed_ = 0;
    } else if (passed_ > most_headers) {
        too_late_ = true;
        headers_ = {};
        passed_ = 0;
    }
}

void ReadFilter::drop(Sessions& sessions) {
    pending_ = false;
    headers_.resize(passed_);
    if (sessions.read) return;
    std::unique_ptr<Session> shown = new_session();
    if (too_late_) {
        ws_warning("the read filter drops a frame for the first time after %u segments: no connection is followed",
                   static_cast<unsigned>(most_headers));
        shown->follow_nothing();
    }
    replay(headers_, *shown);
    too_late_ = false;
    passed_ = 0;
    ordinal_ = frame_;
    sessions.read = std::move(sessions.shown);
    sessions.shown = std::move(shown);
}

void ReadFilter::replay(std::vector<Header>& headers, Session& session) {
    for (Header& header : headers) {
        if (const auto* const error = std::get_if<IcmpError>(&header.content)) {
            if (session.add_header(error->frame, header.id)) session.observe(*error, header.id);
            continue;
        }
        auto& [path, segment] = std::get<1>(header.content);
        segment.reset_payload = header.reset_payload.empty() ? nullptr : header.reset_payload.data();
        if (session.add_header(segment.frame, header.id)) session.observe(path, segment, header.id);
    }
    headers.clear();
}

}  // namespace tcpstate
