# SPDX-License-Identifier: GPL-2.0-or-later
"""Tools > TCP State > Report: the page of the open file. What Wireshark hands to the browser is written down by a script that stands
for it; the page itself is looked at in tests/page."""
import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest
import urllib.parse

from packet_list import BACK, TOOLS, Window
from samples import build_folder

OF_THIS_CONNECTION, OF_ALL = ("Up",) * 5, ("Up",) * 6


@unittest.skipUnless((build_folder() / "bin/tcpstate").exists(), "needs the program")
class Report(Window):
    @classmethod
    def setUpClass(cls):
        cls.desk = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-desk-"))
        cls.addClassCleanup(shutil.rmtree, cls.desk)
        cls.opened = cls.desk / "opened"
        browser = cls.desk / "xdg-open"
        browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {cls.opened}.new && mv {cls.opened}.new {cls.opened}\n')
        browser.chmod(0o755)
        cls.desk.chmod(0o777)
        cls.options = {"PATH": f"{cls.desk}:{os.environ['PATH']}", "BROWSER": str(browser)}
        super().setUpClass()
        cls.shark.bring_program()

    def page(self, entry):
        self.opened.unlink(missing_ok=True)
        self.wireshark.press(*BACK, *TOOLS, *entry, "Return", what="a page in the browser", until=self.opened.exists, every=30)
        url = urllib.parse.urlsplit(self.opened.read_text())
        self.assertEqual(url.scheme, "file")
        text = pathlib.Path(urllib.parse.unquote(url.path)).read_text()
        return json.loads(re.search(r'<script type="application/json" id="capture">(.*?)</script>', text)[1])

    def test_report_of_this_connection_and_of_all(self):
        self.wireshark = self.open("mixed")
        self.wireshark.settle()
        page = self.page(OF_ALL)
        column = [row["name"] for row in page["columns"]].index("conn")
        self.assertEqual([row[column] for row in page["connections"]], list(range(12)))
        self.assertEqual([row[column] for row in self.page(OF_THIS_CONNECTION)["connections"]], [0], "that of the first packet")
