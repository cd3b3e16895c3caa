# SPDX-License-Identifier: GPL-2.0-or-later
"""Which causes of a RST agree with the kernel's own reason for it."""

from truth import OTHER, SYNCHRONIZED

# A cause is right when the kernel's reason is one that it stands for (what is identical on the wire is one class).
REASONS = {
    "refused": {"NO_SOCKET", "MPTCP_RST_EMPTCP"},  # the latter: nobody has the connection that the SYN would join
    "handshake-abort": {"NO_SOCKET", "TCP_RFC7323_PAWS", "TCP_INVALID_ACK_SEQUENCE"},
    "handshake-rejected": {"INVALID_SYN", "TCP_FLAGS", "TCP_TOO_OLD_ACK", "TCP_ACK_UNSENT_DATA"},
    "crash-reconnect": {"TCP_INVALID_ACK_SEQUENCE"},
    "keepalive-timeout": {"TCP_KEEPALIVE_TIMEOUT"},
    "retransmission-timeout": {"TCP_KEEPALIVE_TIMEOUT", "TCP_STATE"},
    "data-after-close": {"TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "NO_SOCKET"},
    "crash": {"NO_SOCKET", "TCP_FLAGS", "TCP_ABORT_ON_DATA"},  # the last: an orphan whose FIN was never seen
    "abort": {"TCP_STATE", "TCP_ABORT_ON_CLOSE", "TCP_ABORT_ON_LINGER", "TCP_DISCONNECT_WITH_DATA"},
}
NO_CONNECTION = {"NO_SOCKET", "TCP_FLAGS", "TCP_ABORT_ON_DATA"}


def allowed_causes(truth, seen, frame, connection, sender, finds, now):
    """Right by the kernel's reason, and not against what it did before."""
    reset = truth.resets[frame]
    if len(seen.fins) == 2 or seen.over:
        return {"after-close"}
    if not seen.syn and not finds:
        return {"unsolicited"}
    if reset["origin"] == "kernel":
        return allowed_of_kernel(truth, seen, frame, connection, sender, now)
    if reset["origin"] == "raw socket":  # on the endpoint's own machine: nothing tells it from the endpoint
        return {"abort"} if truth.was_synchronized(connection, sender, frame) else {"handshake-abort"}
    heard = any(end == sender for _, end in seen.spoke)
    return {"foreign", "middlebox"} if heard else {"foreign", "refused"}


def allowed_of_kernel(truth, seen, frame, connection, sender, now):
    reset = truth.resets[frame]
    reason = reset["reason"]
    if reason is None:
        return {"refused"}  # by the packet filter of the endpoint's own machine
    allowed = {cause for cause, reasons in REASONS.items() if reason in reasons}
    synchronized = truth.was_synchronized(connection, sender, frame) and \
        truth.state_at(connection, sender, reset["time"]) != "SYN-RECEIVED"
    if seen.syn and not seen.opened and reason in ("NO_SOCKET", "TCP_FLAGS"):
        allowed = {"handshake-abort", "unsolicited"}
    elif reason in NO_CONNECTION:
        allowed &= {"data-after-close"} if sender in seen.fins else {"crash"} if synchronized else {
            "refused", "handshake-abort", "handshake-rejected"}
        if allowed == {"crash"} and not seen.absent(sender, now):
            allowed = {"abort"}  # it was there a moment ago: its socket was destroyed
    elif reason == "TCP_INVALID_ACK_SEQUENCE":
        alive = truth.state(connection, OTHER[sender], frame - 1) in SYNCHRONIZED
        allowed &= {"crash-reconnect"} if alive else {"handshake-abort"}
    if not seen.repeats(sender):
        allowed.discard("retransmission-timeout")
    if seen.reset:
        allowed.add("after-close")  # its sender had said so before, though that RST was lost
    if reset["trigger"] is None and not allowed & {"abort", "keepalive-timeout"}:
        allowed.add("unknown")  # what it answers is not in this capture
    return allowed
