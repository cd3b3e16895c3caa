// SPDX-License-Identifier: GPL-2.0-or-later
#include "declared.hpp"

#include <algorithm>
#include <cstdio>

namespace tcpstate {

namespace {

/// draft-ietf-tcpm-rst-diagnostic-payload, by number.
constexpr const char* diagnostic_reasons[] = {"",
                                              "illegal option length",
                                              "desynchronized state",
                                              "new data after CLOSE",
                                              "ABORT by a process",
                                              "unexpected ACK in a state that is not synchronized",
                                              "unexpected SYN in the window",
                                              "unexpected security compartment",
                                              "malformed message",
                                              "not authorized",
                                              "resource exceeded",
                                              "network failure",
                                              "reset received from the peer",
                                              "destination unreachable",
                                              "connection timeout",
                                              "too much outstanding data",
                                              "unacceptable performance",
                                              "middlebox interference"};

/// RFC 8684 3.6, by number.
constexpr const char* mptcp_reasons[] = {
    "unspecified error",         "MPTCP-specific error",     "lack of resources",     "administratively prohibited",
    "too much outstanding data", "unacceptable performance", "middlebox interference"};

struct Code {
    uint16_t window;
    const char* meaning;
};
constexpr Code netscaler_codes[] = {
    {8196, "SSL bad record"},
    {8201, "stray packet"},
    {8202, "no such connection"},
    {8204, "handshake error"},
    {8205, "handshake error"},
    {8206, "handshake error"},
    {8207, "handshake error"},
    {8208, "too many retransmits"},
    {8209, "no memory"},
    {8211, "idle timeout"},
    {8212, "no such connection"},
    {9300, "idle timeout"},
    {9301, "idle timeout"},
    {9302, "idle timeout"},
    {9303, "idle timeout"},
    {9304, "zero-window probing given up"},
    {9305, "bad ACK to SYN"},
    {9310, "keepalive failed"},
    {9400, "reuse pool flushed"},
    {9401, "reuse pool flushed"},
    {9600, "numbers mismatch"},
    {9601, "numbers mismatch"},
    {9700, "RST passed through"},
    {9701, "RST passed through"},
    {9702, "data after FIN"},
    {9811, "SSL fatal alert"},
    {9814, "policy"},
    {9830, "policy"},
    {9838, "SSL bad record"},
    {9845, "policy"},
    {9855, "surge queue"},
};

const Code* code_of(uint16_t window) {
    auto const* const found = std::find_if(std::begin(netscaler_codes), std::end(netscaler_codes),
                                           [&](auto& c) { return c.window == window; });
    return found == std::end(netscaler_codes) ? nullptr : found;
}

unsigned big(const uint8_t* bytes, int count) {
    unsigned n = 0;
    for (int i = 0; i < count; ++i) n = n << 8 | bytes[i];
    return n;
}

bool is_diagnostic(const Segment& reset) {
    return reset.length == 8 && reset.reset_payload_length == 8 && big(reset.reset_payload, 2) == 0x33aa;
}

void write_diagnostic(const Segment& reset, Declared& declared) {
    unsigned const reason = big(reset.reset_payload + 2, 2), enterprise = big(reset.reset_payload + 4, 4);
    auto const size = sizeof declared.text;
    if (enterprise != 0)
        std::snprintf(declared.text, size, "reason %u of enterprise %u", reason, enterprise);
    else if (reason == 0 || reason >= std::size(diagnostic_reasons))
        std::snprintf(declared.text, size, "reason %u", reason);
    else
        std::snprintf(declared.text, size, "%s", diagnostic_reasons[reason]);
}

/// RFC 1122 4.2.2.12: text; what cannot be printed is a dot.
void write_words(const Segment& reset, Declared& declared) {
    size_t const size = std::min<size_t>(reset.reset_payload_length, sizeof declared.text - 1);
    for (size_t i = 0; i < size; ++i) {
        uint8_t const byte = reset.reset_payload[i];
        declared.text[i] = byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
    }
}

}  // namespace

bool is_netscaler_code(uint16_t window) { return code_of(window) != nullptr; }

Declared declared_by(const Segment& reset, bool coded) {
    Declared declared;
    auto const size = sizeof declared.text;
    if (reset.reset_payload != nullptr && is_diagnostic(reset)) {
        write_diagnostic(reset, declared);
    } else if (reset.reset_payload != nullptr) {
        write_words(reset, declared);
    } else if (reset.mptcp_reason != no_mptcp_reason) {
        bool const known = reset.mptcp_reason < std::size(mptcp_reasons);
        std::snprintf(declared.text, size, "MPTCP reason %u: %s", reset.mptcp_reason,
                      known ? mptcp_reasons[reset.mptcp_reason] : "unknown");
    } else if (coded) {
        std::snprintf(declared.text, size, "%s (NetScaler %u)", code_of(reset.window)->meaning, reset.window);
    }
    return declared;
}

}  // namespace tcpstate
