# SPDX-License-Identifier: GPL-2.0-or-later
"""What the documents show of commands is what the commands print."""
import unittest

from transcripts import pages, stale
from tshark import shark


class Transcripts(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if "Wireshark) 4.0." not in shark().tshark("--version").stdout:
            self.skipTest("the documents show what Wireshark 4.0 prints")

    def test_every_command_in_the_documents_prints_what_stands_there(self):
        for page in pages():
            for written, now in stale(shark(), page):
                with self.subTest(page=page.name):
                    self.assertEqual(now, written, "make it anew: tools/transcripts.py --update")
