# SPDX-License-Identifier: GPL-2.0-or-later
"""A crash stays a crash when only a part of its capture is saved."""
import subprocess
import unittest

from samples import sample
from test_profile import buttons
from tshark import shark, tshark

HALF_OPEN = next(text for _, label, text, _ in buttons() if label == "Half-open")
SHOWN = ("rst.cause", "rst.confidence", "rst.trigger", "half_open", "half_open.gone", "half_open.since", "half_open.lost_bytes",
         "half_open.discovered_by", "outcome")


def fields(capture, *names):
    """The last frame, and what it shows."""
    wanted = [part for name in names for part in ("-e", "tcpstate." + name)]
    number, *values = tshark("-2", "-n", "-r", capture, "-T", "fields", "-e", "frame.number", *wanted).splitlines()[-1].split("\t")
    return int(number), dict(zip(names, values))


class Saving(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.whole = shark().readable(sample("half_open_crash"))
        self.part = shark().folder / "tmp/part.pcapng"
        self.addCleanup(self.part.unlink, missing_ok=True)

    def check(self, capture, frames, confidence, since):
        crash = {"rst.cause": "crash", "rst.confidence": confidence, "rst.trigger": str(frames - 1), "half_open": "confirmed",
                 "half_open.gone": "server", "half_open.since": since, "half_open.lost_bytes": "5",
                 "half_open.discovered_by": "rst", "outcome": "crashed"}
        self.assertEqual(fields(capture, *SHOWN), (frames, crash))

    def test_the_whole_capture(self):
        self.check(self.whole, 7, "likely", "5")

    def test_without_its_first_frames(self):
        """The handshake is missing; then "hello" too; then the server's last sign of life."""
        for missing, since in ((3, "2"), (4, "1"), (5, "")):
            with self.subTest(missing=missing):
                subprocess.run(["editcap", self.whole, self.part, f"1-{missing}"], check=True, capture_output=True)
                shark().give(self.part)
                self.check(self.part, 7 - missing, "possible", since)

    def test_what_the_button_shows(self):
        tshark("-2", "-r", self.whole, "-Y", HALF_OPEN, "-w", self.part)
        self.check(self.part, 3, "possible", "1")
        self.assertEqual(tshark("-2", "-r", self.part, "-Y", HALF_OPEN, "-T", "fields", "-e", "frame.number").split(),
                         ["1", "2", "3"], "the button shows the same frames again")


if __name__ == "__main__":
    unittest.main()
