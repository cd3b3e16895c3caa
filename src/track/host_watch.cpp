// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_watch.hpp"

#include "declared.hpp"

namespace tcpstate {

namespace {

constexpr size_t places = 256;  // a power of two
/// A host that restarts meets all its peers within the time that they take to send again.
constexpr int64_t one_restart = 10 * second;
constexpr uint8_t crashes_of_restart = 3;
/// Hosts do not crash one after the other in front of one observer: what changed is on the survivor's side.
constexpr int64_t one_change = 60 * second;
/// A scan goes on without such a pause.
constexpr int64_t pause_of_scan = 10 * second;
constexpr uint8_t ports_of_scan = 5;

void count(uint8_t& n) {
    if (n != UINT8_MAX) ++n;
}

}  // namespace

HostWatch::Host& HostWatch::host(const Address& address) {
    if (hosts_.empty()) hosts_.resize(places);
    uint32_t sum = 0;
    for (uint8_t const byte : address.bytes) sum = sum * 31 + byte;
    Host& host = hosts_[(sum ^ sum >> 8) % places];
    if (!(host.address == address)) {
        host = Host{};
        host.address = address;
    }
    return host;
}

void HostWatch::look(const Path& path, const Segment& segment, ResetFacts& facts) {
    Reset& reset = facts.reset;
    if (facts.confirms_half_open) {
        Host& gone = host(path.source.address);
        if (elapsed(gone.crash_time, segment.time) > one_restart) gone.crashes = 0;
        gone.crash_time = segment.time;
        count(gone.crashes);
        bool const restart = gone.crashes >= crashes_of_restart;
        if (restart) reset.notes |= bit(ResetNote::Restart);
        Host& survivor = host(path.destination.address);
        bool const meets_another = survivor.met_gone && !(survivor.gone == path.source.address) &&
                                   elapsed(survivor.gone_time, segment.time) <= one_change;
        facts.evidence.others_gone = meets_another && !restart;
        survivor.met_gone = true;
        survivor.gone = path.source.address;
        survivor.gone_time = segment.time;
    }
    bool const meets_naked_ack = reset.cause == Cause::Unsolicited && reset.kind == ResetKind::Reply &&
                                 facts.receiver().acks && !is_inside(facts.receiver());
    if (meets_naked_ack) {
        Host& scanner = host(path.destination.address);
        if (elapsed(scanner.scan_time, segment.time) > pause_of_scan) scanner.scans = 0;
        scanner.scan_time = segment.time;
        if (scanner.scanned_port != path.source.port || scanner.scans == 0) count(scanner.scans);
        scanner.scanned_port = path.source.port;
        if (scanner.scans >= ports_of_scan) reset.notes |= bit(ResetNote::AckScan);
    }
    if (!is_netscaler_code(segment.window)) return;
    Host& sender = host(path.source.address);
    if (sender.codes != 0 && sender.code != segment.window) sender.several_codes = true;
    sender.code = segment.window;
    count(sender.codes);
    facts.is_coded = uses_codes(path.source.address);
}

}  // namespace tcpstate
