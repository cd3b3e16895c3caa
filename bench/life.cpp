// SPDX-License-Identifier: GPL-2.0-or-later
#include "life.hpp"

namespace tcpstate::bench {

namespace {

/// The numbers of both ends, and segments that fit them. Payloads are small, or the files would be large: no cost
/// that is measured here depends on their size.
class Talk {
public:
    explicit Talk(Random& random)
        : client_{Seq{static_cast<uint32_t>(random.next())}, {}},
          server_{Seq{static_cast<uint32_t>(random.next())}, {}} {}

    Shot syn() {
        Shot shot = from(true, flag::Syn, 0);
        shot.segment.ack = Seq{0};
        shot.segment.scale = 7;
        return shot;
    }
    Shot syn_ack() {
        Shot shot = from(false, flag::Syn | flag::Ack, 0);
        shot.segment.scale = 8;
        return shot;
    }
    Shot ack(bool by_client) { return from(by_client, flag::Ack, 0); }
    Shot data(bool by_client, uint32_t length) { return from(by_client, flag::Ack | flag::Psh, length); }
    Shot fin(bool by_client) { return from(by_client, flag::Fin | flag::Ack, 0); }
    /// What a host without a connection answers to the other end's latest segment (RFC 9293 3.10.7.1).
    Shot reply_reset(bool by_client) {
        Shot shot = from(by_client, flag::Rst, 0);
        shot.segment.seq = end(!by_client).ack;
        shot.segment.ack = Seq{0};
        shot.segment.window = 0;
        shot.segment.has_timestamp = false;
        return shot;
    }
    /// The receiver of a segment that did not follow on: it repeats its acknowledgment and names what it got.
    Shot selective_ack(bool by_client, Seq right) {
        Shot shot = ack(by_client);
        shot.segment.has_sack = true;
        shot.segment.sack_right = right;
        return shot;
    }
    /// The receiver has got everything that was sent so far.
    void arrived(bool at_client) { end(at_client).ack = end(!at_client).next; }

private:
    struct End {
        Seq next, ack;
    };
    End& end(bool client) { return client ? client_ : server_; }

    Shot from(bool by_client, uint8_t flags, uint32_t length) {
        End& sender = end(by_client);
        Shot shot;
        shot.by_client = by_client;
        Segment& segment = shot.segment;
        segment.seq = sender.next;
        segment.ack = sender.ack;
        segment.flags = flags;
        segment.length = length;
        segment.window = 502;
        segment.ttl = by_client ? 64 : 57;
        segment.has_timestamp = true;
        sender.next = segment.end();
        return shot;
    }

    End client_, server_;
};

constexpr uint32_t handshake = 3, close = 3, full = 128;  // segments, segments, bytes
constexpr bool client = true, server = false;

}  // namespace

// A coroutine cannot yield on behalf of its caller, so each story tells its own handshake and its own end.

Life web(Random random, uint32_t budget) {
    Talk talk(random);
    co_yield talk.syn();
    talk.arrived(server);
    co_yield talk.syn_ack();
    talk.arrived(client);
    co_yield talk.ack(client);
    uint32_t told = handshake;
    while (told + close + 3 <= budget) {
        co_yield talk.data(client, 40 + random.below(60));
        talk.arrived(server);
        uint32_t const parts = 1 + random.below(8);
        told += 1;
        for (uint32_t i = 1; i <= parts; ++i, ++told) {
            co_yield talk.data(server, i == parts ? 1 + random.below(full) : full);
            talk.arrived(client);
            if (i % 2 == 1 && i != parts) continue;
            co_yield talk.ack(client);
            ++told;
        }
    }
    co_yield talk.fin(client);
    talk.arrived(server);
    co_yield talk.fin(server);
    talk.arrived(client);
    co_yield talk.ack(client);
}

Life transfer(Random random, uint32_t budget) {
    Talk talk(random);
    co_yield talk.syn();
    talk.arrived(server);
    co_yield talk.syn_ack();
    talk.arrived(client);
    co_yield talk.ack(client);
    for (uint32_t told = handshake; told + close + 3 <= budget; told += 3) {
        co_yield talk.data(server, full);
        co_yield talk.data(server, full);
        talk.arrived(client);
        co_yield talk.ack(client);
    }
    co_yield talk.fin(server);
    talk.arrived(client);
    co_yield talk.fin(client);
    talk.arrived(server);
    co_yield talk.ack(server);
}

/// Half of the segments are an orderly exchange, the other half belongs to the survivor.
Life half_open(Random random, uint32_t budget) {
    Talk talk(random);
    co_yield talk.syn();
    talk.arrived(server);
    co_yield talk.syn_ack();
    talk.arrived(client);
    co_yield talk.ack(client);
    uint32_t told = handshake;
    for (; told + 2 <= budget / 2; told += 2) {
        co_yield talk.data(client, full);
        talk.arrived(server);
        co_yield talk.ack(server);
    }
    Shot const unanswered = talk.data(client, full);
    for (; told + 2 <= budget; ++told) co_yield unanswered;
    co_yield unanswered;
    co_yield talk.reply_reset(server);
}

Life half_closed(Random random, uint32_t budget) {
    Talk talk(random);
    co_yield talk.syn();
    talk.arrived(server);
    co_yield talk.syn_ack();
    talk.arrived(client);
    co_yield talk.ack(client);
    co_yield talk.data(client, full);
    talk.arrived(server);
    co_yield talk.fin(client);
    talk.arrived(server);
    co_yield talk.ack(server);
    for (uint32_t told = handshake + 3; told + 4 <= budget; told += 2) {
        co_yield talk.data(server, full);
        talk.arrived(client);
        co_yield talk.ack(client);
    }
    co_yield talk.fin(server);
    talk.arrived(client);
    co_yield talk.ack(client);
}

/// In groups of four: in order; two exchanged; one lost and repeated.
Life loss(Random random, uint32_t budget) {
    Talk talk(random);
    co_yield talk.syn();
    talk.arrived(server);
    co_yield talk.syn_ack();
    talk.arrived(client);
    co_yield talk.ack(client);
    for (uint32_t told = handshake; told + close + 9 <= budget;) {
        Shot const a = talk.data(server, full), b = talk.data(server, full);
        Shot const c = talk.data(server, full), d = talk.data(server, full);
        co_yield a;
        if (random.once_in(3)) {  // b overtakes nobody, c overtakes b
            co_yield c;
            co_yield talk.selective_ack(client, c.segment.end());
            co_yield b;
            co_yield d;
            told += 6;
        } else if (random.once_in(2)) {  // b is lost: three answers, then it is repeated
            co_yield c;
            co_yield talk.selective_ack(client, c.segment.end());
            co_yield d;
            co_yield talk.selective_ack(client, d.segment.end());
            co_yield b;
            co_yield b;  // and once more in vain
            told += 8;
        } else {
            co_yield b;
            co_yield c;
            co_yield d;
            told += 5;
        }
        talk.arrived(client);
        co_yield talk.ack(client);
    }
    co_yield talk.fin(server);
    talk.arrived(client);
    co_yield talk.fin(client);
    talk.arrived(server);
    co_yield talk.ack(server);
}

Life single_syn(Random random, uint32_t /*budget*/) {
    Talk talk(random);
    co_yield talk.syn();
}

}  // namespace tcpstate::bench
