# SPDX-License-Identifier: GPL-2.0-or-later
"""Capturing from the loopback interface: start, stop, start again."""
import itertools
import socket

from packet_list import GREEN, SELECTED, SKY, Window
from shark import Shark
from window import Wireshark, do_until, wait_for

CAPABILITIES = "+net_raw,+net_admin"
START, STOP = (20, 60), (53, 60)        # in the tool bar


class CapturingShark(Shark):
    """As another user, but with what dumpcap needs."""

    def command(self, program, *args):
        command = super().command(program, *args)
        if self.as_nobody:
            command[1:1] = ["--inh-caps=" + CAPABILITIES, "--ambient-caps=" + CAPABILITIES]
        return command

    def env(self):
        return super().env() | {"TMPDIR": str(self.folder / "tmp")}     # for the captured packets


class Live(Window):
    Shark = CapturingShark

    def setUp(self):
        tried = self.shark.run("dumpcap", "-q", "-i", "lo", "-a", "duration:1", "-w", self.shark.folder / "tmp/tried")
        if tried.returncode:
            self.skipTest("no capturing on loopback here: " + " ".join(tried.stderr.split()))
        self.server = socket.socket()
        self.addCleanup(self.server.close)
        self.server.bind(("127.0.0.1", 0))
        self.address = self.server.getsockname()

    def refused(self):
        with socket.socket() as client, self.assertRaises(ConnectionRefusedError):
            client.connect(self.address)

    def half_closed(self):
        """The server says FIN, the client goes on."""
        self.server.listen()
        with socket.create_connection(self.address) as client, self.server.accept()[0] as peer:
            peer.shutdown(socket.SHUT_WR)
            self.assertEqual(client.recv(1), b"")
            client.sendall(b"still here")
            self.assertEqual(peer.recv(10), b"still here")
            yield

    def click(self, button, title):
        do_until(title, lambda: self.display.click(button), lambda: self.wireshark.alive() and self.display.titled(title))

    def wait_for_colours(self, *expected):
        """Once each: whether the FIN has an ACK of its own is up to the kernel."""
        def shown():
            return tuple(colour for colour, _ in itertools.groupby(self.painted()))
        wait_for(f"rows in the colours {expected}", lambda: self.wireshark.alive() and shown() == expected)

    def test_start_stop_and_start_again(self):
        self.wireshark = Wireshark(self.shark, self.display, None, "-i", "lo", "-f", f"tcp port {self.address[1]}",
                                   "-o", "gui.ask_unsaved:FALSE")
        self.addCleanup(self.wireshark.close)
        self.click(START, "Capturing from Loopback")
        self.refused()
        self.wait_for_colours(SELECTED, SKY)
        half_closed = self.half_closed()
        next(half_closed)
        self.wait_for_colours(SELECTED, SKY, GREEN)
        self.click(STOP, "*Loopback")
        self.wireshark.settle()
        self.wait_for_colours(SELECTED, SKY, GREEN)
        next(half_closed, None)
        self.server.close()
        self.click(START, "Capturing from Loopback")
        self.wait_for_colours()
        self.refused()
        self.wait_for_colours(SELECTED, SKY)
        self.click(STOP, "*Loopback")
        self.wireshark.settle()
        self.wait_for_colours(SELECTED, SKY)

    def test_a_filter_that_depends_on_later_packets_is_applied_again_when_the_capture_ends(self):
        self.wireshark = Wireshark(self.shark, self.display, None, "-i", "lo", "-f", f"tcp port {self.address[1]}",
                                   "-o", "gui.ask_unsaved:FALSE", "-Y", 'tcpstate.outcome == "refused"')
        self.addCleanup(self.wireshark.close)
        self.click(START, "Capturing from Loopback")
        self.refused()
        self.wireshark.settle()
        self.click(STOP, "*Loopback")
        wait_for("the SYN and the RST", lambda: self.wireshark.alive() and len(self.rows()) == 2 and self.rows()[1] == SKY)
