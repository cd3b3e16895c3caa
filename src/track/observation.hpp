// SPDX-License-Identifier: GPL-2.0-or-later
/// One segment, read against what its connection knows: which cues it gives to whom, and what is is_annotated.
/// Lives for one call of Connection::observe.
#pragma once
#include "connection.hpp"
#include "events.hpp"

namespace tcpstate {

constexpr bool synchronized_and_observed(const Endpoint& end) { return synchronized(end.state) && !end.presumed; }

class Observation {
public:
    Observation(Connection& connection, const Step& step)
        : c_(connection),
          step_(step),
          s_(step.segment),
          v_(step.verdict),
          me_(connection.of(step.from)),
          peer_(connection.of(other(step.from))),
          who_(connection.role_of(step.from)) {}
    [[gnu::hot]] void run();

private:
    // observation.cpp
    void judge_past_reset();  // does this segment contradict an earlier RST?
    void go_on_past_reset();
    void classify();
    void note_numbers();  // sequence space, acknowledgment, window
    void take_back_early_data();
    void note_history();
    void tell(Event event) { v_.events |= bit(event); }
    bool is_segment_of_connection() const { return s_.has(flag::Ack) && !s_.any(flag::Syn | flag::Rst); }

    // cues.cpp
    void give_sender_cues();
    void give_receiver_cues();
    void send_syn();
    void send_fin();
    void go_on();
    bool move(Endpoint& end, Cue cue, bool presumed);
    void note_change(uint8_t rule, Role who);
    void confirm();
    bool is_refused_again() const;

    // liveness.cpp
    void watch_handshake();
    void watch_survivor();
    void watch_recovery();
    void watch_half_close();
    void watch_challenge();

    bool first_ack_of_handshake() const;
    uint32_t round_trip() const;
    int64_t grace() const;

    Connection& c_;
    const Step& step_;
    const Segment& s_;
    Verdict& v_;
    Endpoint& me_;
    Endpoint& peer_;
    Role const who_;  // sends it

    bool first_ = false;      // of this sender
    bool asked_for_ = false;  // its peer was in SYN-SENT
    bool is_repeat_ = false;  // all of it was sent before
    bool is_probe_ = false;   // keepalive or zero-window probe
    bool is_keepalive_ = false;
    bool is_answer_ = false;     // to a keepalive
    bool acks_new_ = false;      // acknowledges something for the first time
    bool acks_unsent_ = false;   // acknowledges what the peer was not seen to send
    bool closes_ = false;        // brings this sender's first FIN
    bool brings_fin_ = false;    // the peer has now got everything up to this sender's FIN
    uint32_t fresh_ = 0;         // payload bytes never seen before
    bool acked_before_ = false;  // with previous_ack_
    Seq previous_ack_;
    int64_t quiet_ = 0;  // ns since this sender's latest segment, if it was heard

    friend class ResetCase;
};

}  // namespace tcpstate
