// SPDX-License-Identifier: GPL-2.0-or-later
/// Reading files with Wireshark's library, and the only conditionals of this folder on its version: 4.0, 4.4 and 4.6.
/// What says 4.7 follows the headers of the development version and was not tried.
#pragma once
#include "bytes.hpp"
#include "compat.hpp"

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <wiretap/wtap.h>
#include <wsutil/buffer.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

namespace tcpstate::compat {

/// A record of a file, with room for its data.
class Record {
public:
    Record() {
#if TCPSTATE_WIRESHARK(4, 6)
        wtap_rec_init(&rec_, usual_size);
#else
        wtap_rec_init(&rec_);
        ws_buffer_init(&data_, usual_size);
#endif
    }
    ~Record() {
        wtap_rec_cleanup(&rec_);
#if !TCPSTATE_WIRESHARK(4, 6)
        ws_buffer_free(&data_);
#endif
    }
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    /// False at the end of the file, and on an error.
    bool read(wtap* file, int* error, char** details) {
        wtap_rec_reset(&rec_);
        int64_t offset = 0;
#if TCPSTATE_WIRESHARK(4, 6)
        return wtap_read(file, &rec_, error, details, &offset);
#else
        return wtap_read(file, &rec_, &data_, error, details, &offset);
#endif
    }
    /// Makes it a packet. For tests: those of files come by `read`.
    void assign(int encapsulation, const Bytes& captured, uint32_t length) {
        wtap_rec_reset(&rec_);
        rec_.rec_type = REC_TYPE_PACKET;
        rec_.presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
        rec_.block = wtap_block_create(WTAP_BLOCK_PACKET);
        rec_.rec_header.packet_header.caplen = captured.size;
        rec_.rec_header.packet_header.len = length;
        rec_.rec_header.packet_header.pkt_encap = encapsulation;
#if TCPSTATE_WIRESHARK(4, 6)
        Buffer* const data = &rec_.data;
#else
        Buffer* const data = &data_;
#endif
        ws_buffer_clean(data);
        ws_buffer_append(data, const_cast<uint8_t*>(captured.data), captured.size);
    }
    wtap_rec& rec() { return rec_; }
    const wtap_rec& rec() const { return rec_; }
    bool is_packet() const { return rec_.rec_type == REC_TYPE_PACKET; }
    /// What was captured of a packet.
    Bytes bytes() {
#if TCPSTATE_WIRESHARK(4, 6)
        return {ws_buffer_start_ptr(&rec_.data), rec_.rec_header.packet_header.caplen};
#else
        return {ws_buffer_start_ptr(&data_), rec_.rec_header.packet_header.caplen};
#endif
    }
    /// Dissects the record, whatever it is.
    void dissect(epan_dissect_t* dissection, int file_type, frame_data* frame) {
#if TCPSTATE_WIRESHARK(4, 6)
        epan_dissect_run_with_taps(dissection, file_type, &rec_, frame, nullptr);
#else
        tvbuff_t* const tvb = tvb_new_real_data(ws_buffer_start_ptr(&data_), frame->cap_len,
                                                static_cast<int>(std::min<uint32_t>(frame->pkt_len, INT_MAX)));
        epan_dissect_run_with_taps(dissection, file_type, &rec_, tvb, frame, nullptr);
#endif
    }

private:
    static constexpr size_t usual_size = 1514;
    wtap_rec rec_{};
#if !TCPSTATE_WIRESHARK(4, 6)
    Buffer data_{};
#endif
};

/// Before anything else of Wireshark. Returns what is wrong, to be freed by g_free, or null.
inline char* configure(const char* program) {
#if TCPSTATE_WIRESHARK(4, 7)
    ws_log_init(nullptr, nullptr);
    return configuration_init(program, "wireshark");
#elif TCPSTATE_WIRESHARK(4, 6)
    ws_log_init(nullptr);
    return configuration_init(program);
#else
    ws_log_init("tcpstate", nullptr);
    return configuration_init(program, nullptr);
#endif
}

/// The prefix of the environment variables that set Wireshark's folders. From 4.7 on the library serves other programs
/// too, and is told which one it is.
inline constexpr const char* environment_prefix = "WIRESHARK";

inline void start_wiretap() {
#if TCPSTATE_WIRESHARK(4, 7)
    wtap_init(false, environment_prefix, nullptr, 0);
#else
    wtap_init(false);
#endif
}

/// For reading from the beginning to the end. Null on an error.
inline wtap* open_file(const char* path, int* error, char** details) {
#if TCPSTATE_WIRESHARK(4, 7)
    return wtap_open_offline(path, WTAP_TYPE_AUTO, error, details, false, environment_prefix);
#else
    return wtap_open_offline(path, WTAP_TYPE_AUTO, error, details, false);
#endif
}

/// Without plugins: Wireshark's folder of plugins may hold ours, which cannot be there twice.
inline bool start_dissectors() {
#if TCPSTATE_WIRESHARK(4, 7)
    epan_app_data_t application{};
    application.env_var_prefix = environment_prefix;
    application.register_func = register_all_protocols;
    application.handoff_func = register_all_protocol_handoffs;
    return epan_init(nullptr, nullptr, false, &application);
#else
    return epan_init(nullptr, nullptr, false);
#endif
}

}  // namespace tcpstate::compat
