// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture_file.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "nanoseconds.hpp"
#include "wireshark_way.hpp"

namespace tcpstate {
namespace {

/// Added to the system's number of an interface, to tell it from a file's.
constexpr uint64_t cooked = uint64_t{1} << 32;

FileProblem describe(int code, const char* details) {
    FileProblem found;
    switch (code) {
        case WTAP_ERR_FILE_UNKNOWN_FORMAT: return {"not-a-capture", "is no capture file that Wireshark knows"};
        case WTAP_ERR_NOT_REGULAR_FILE: return {"unreadable", "is neither a file nor a pipe"};
        case WTAP_ERR_SHORT_READ: found = {"truncated", "is cut short in the middle of a packet"}; break;
        case WTAP_ERR_BAD_FILE: found = {"corrupt", "is damaged"}; break;
        case WTAP_ERR_DECOMPRESS: found = {"corrupt", "is damaged: cannot be decompressed"}; break;
        default:
            found =
                code > 0 ? FileProblem{"unreadable", std::strerror(code)} : FileProblem{"corrupt", wtap_strerror(code)};
    }
    if (details != nullptr) found.words += std::string(": ") + details;
    return found;
}

}  // namespace

void CaptureFile::open() {
    int code = 0;
    char* details = nullptr;
    file_ = compat::open_file(path_.c_str(), &code, &details);
    if (file_ == nullptr)
        fail(code, details);
    else
        wtap_set_cb_new_secrets(file_, WiresharkWay::take_secrets);
}

CaptureFile::~CaptureFile() { close(); }

void CaptureFile::close() {
    if (file_ != nullptr) wtap_close(file_);
    file_ = nullptr;
}

void CaptureFile::fail(int code, char* details) {
    problem_ = describe(code, details);
    g_free(details);
}

uint64_t CaptureFile::interface() {
    const wtap_rec& rec = record_.rec();
    if (!record_.is_packet()) return 0;
    const Bytes bytes = record_.bytes();
    if (rec.rec_header.packet_header.pkt_encap == WTAP_ENCAP_SLL2 && bytes.has(8)) return cooked | bytes.u32(4);
    return (rec.presence_flags & WTAP_HAS_INTERFACE_ID) != 0 ? rec.rec_header.packet_header.interface_id : 0;
}

bool CaptureFile::hides_interface() { return record_.rec().rec_header.packet_header.pkt_encap == WTAP_ENCAP_SLL; }

std::string CaptureFile::interface_name(uint64_t interface) const {
    if (interface >= cooked) return "number " + std::to_string(interface & UINT32_MAX);
    std::string text = std::to_string(interface);
    each_interface([&](uint64_t number, wtap_block_t block) {
        char* name = nullptr;
        bool const named = wtap_block_get_string_option_value(block, OPT_IDB_NAME, &name) == WTAP_OPTTYPE_SUCCESS;
        if (number == interface && named) text = name;
    });
    return text;
}

CaptureFile::Statistics CaptureFile::statistics(uint64_t interface) const {
    Statistics all;
    each_interface([&](uint64_t number, wtap_block_t block) {
        auto const* const description =
            static_cast<const wtapng_if_descr_mandatory_t*>(wtap_block_get_mandatory_data(block));
        if (number != interface && interface < cooked) return;
        for (uint32_t i = 0; i < description->num_stat_entries; ++i) {
            wtap_block_t const entry = g_array_index(description->interface_statistics, wtap_block_t, i);
            auto const get = [&](unsigned option) {
                uint64_t value = 0;
                return wtap_block_get_uint64_option_value(entry, option, &value) == WTAP_OPTTYPE_SUCCESS ? value : 0;
            };
            auto const nanoseconds = [&](uint64_t ticks) {
                uint64_t const each = description->time_units_per_second;
                if (each == 0 || ticks / each > INT64_MAX / uint64_t{1'000'000'000}) return int64_t{0};
                uint64_t const rest = each <= 1'000'000'000 ? ticks % each * 1'000'000'000 / each : 0;
                return static_cast<int64_t>(ticks / each * 1'000'000'000 + rest);
            };
            all.dropped += get(OPT_ISB_IFDROP);
            all.begin = nanoseconds(get(OPT_ISB_STARTTIME));
            all.end = nanoseconds(get(OPT_ISB_ENDTIME));
        }
    });
    if (all.begin == 0 || all.end < all.begin) all.begin = all.end = 0;
    return all;
}

template <typename Visit>
void CaptureFile::each_interface(Visit&& visit) const {
    if (file_ == nullptr) return;
    wtapng_iface_descriptions_t* const all = wtap_file_get_idb_info(file_);
    for (unsigned i = 0; i < all->interface_data->len; ++i)
        visit(i, g_array_index(all->interface_data, wtap_block_t, i));
    g_free(all);
}

bool CaptureFile::next() {
    if (file_ == nullptr && packets_ == 0 && problem_.kind.empty()) open();
    if (!problem_.kind.empty()) return false;
    int code = 0;
    char* details = nullptr;
    if (record_.read(file_, &code, &details)) {
        ++packets_;
        if (has_time()) {
            int64_t const when = nanoseconds(time());
            earliest_ = std::min(earliest_, when);
            latest_ = std::max(latest_, when);
        }
        return true;
    }
    if (code != 0) fail(code, details);
    return false;
}

void CaptureFile::wait() {
    std::error_code none;
    if (path_ != "-" && std::filesystem::is_regular_file(path_, none)) close();
}

bool CaptureFile::resume() {
    if (file_ != nullptr) return true;
    packets_ = 0;
    return next();
}

}  // namespace tcpstate
