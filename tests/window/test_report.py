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
import unittest.mock
import urllib.parse

from packet_list import BACK, OURS, SELECTED, TOOLS, Window
from samples import build_folder, sample
from shark import default_plugins
from window import Wireshark, wait_for

OF_THIS_CONNECTION, OF_ALL = ("Up",) * 5, ("Up",) * 6
# In front of the program: it says that it was started, and waits for whoever looks at the window.
WAITING = """#!/bin/sh
touch {desk}/started
while [ ! -e {desk}/go ]; do sleep 0.1; done
[ ! -e {desk}/fail ] || {{ echo "tcpstate: it has failed" >&2; exit 1; }}
exec "$0".real "$@"
"""


class Desk(Window):
    """A folder with the browser, and with all that the plugin and the program leave behind."""

    @classmethod
    def setUpClass(cls):
        cls.desk = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-desk-"))
        cls.addClassCleanup(shutil.rmtree, cls.desk)
        cls.opened, cls.temporary = cls.desk / "opened", cls.desk / "tmp"
        browser = cls.desk / "xdg-open"
        browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {cls.opened}.new && mv {cls.opened}.new {cls.opened}\n')
        browser.chmod(0o755)
        cls.temporary.mkdir()
        for folder in cls.desk, cls.temporary:
            folder.chmod(0o777)
        cls.options = {"PATH": f"{cls.desk}:{os.environ['PATH']}", "BROWSER": str(browser), "TMPDIR": str(cls.temporary)}
        super().setUpClass()
        cls.shark.bring_program()

    def setUp(self):
        for path in (*self.desk.glob("*"), *self.temporary.glob("*")):
            if path.name in ("opened", "started", "go", "fail") or path.name.startswith("tcpstate-"):
                path.unlink()

    def page_in_the_browser(self):
        url = urllib.parse.urlsplit(self.opened.read_text())
        self.assertEqual(url.scheme, "file")
        text = pathlib.Path(urllib.parse.unquote(url.path)).read_text()
        return {name: json.loads(data) for name, data in
                re.findall(r'<script type="application/json" id="([a-z0-9-]+)">(.*?)</script>', text)}


@unittest.skipUnless((build_folder() / "bin/tcpstate").exists(), "needs the program")
class Report(Desk):
    def page(self, entry):
        self.opened.unlink(missing_ok=True)
        self.wireshark.press(*BACK, *TOOLS, *entry, "Return", what="a page in the browser", until=self.opened.exists, every=30)
        return self.page_in_the_browser()

    def test_report_of_this_connection_and_of_all(self):
        self.wireshark = self.open("mixed")
        self.wireshark.settle()
        page = self.page(OF_ALL)["capture"]
        column = [row["name"] for row in page["columns"]].index("conn")
        self.assertEqual([row[column] for row in page["connections"]], list(range(12)))
        rows = self.page(OF_THIS_CONNECTION)["capture"]["connections"]
        self.assertEqual([row[column] for row in rows], [0], "that of the first packet")
        self.assertEqual(len(list(self.temporary.glob("tcpstate-*.html"))), 2)
        self.assertEqual(list(self.temporary.glob("tcpstate-*.txt")), [])

    def suspected(self, *preferences):
        """Whether the page of this window says that half-open was suspected."""
        self.wireshark = Wireshark(self.shark, self.display, sample("half_open_retransmit"), *preferences)
        self.addCleanup(self.wireshark.close)
        self.wireshark.settle()
        return "half-open-suspected" in json.dumps(self.page(OF_ALL)["chunk-0"])

    def test_the_page_says_what_the_window_says(self):
        """The client repeats its data seven times: more than the threshold as it comes, and fewer than that of the second window."""
        self.assertTrue(self.suspected())
        self.wireshark.close()
        self.assertFalse(self.suspected("-o", "tcpstate.attempts_before_suspicion:100", "-o", "ip.defragment:FALSE"))


@unittest.skipUnless((build_folder() / "bin/tcpstate").exists(), "needs the program")
class Slowly(Desk):
    """With a program that waits."""

    @classmethod
    def setUpClass(cls):
        built = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-built-"))
        cls.addClassCleanup(shutil.rmtree, built)
        for name in "plugins", "bin", "lib":
            shutil.copytree(default_plugins().parent / name, built / name)
        built.chmod(0o755)
        changed = unittest.mock.patch.dict(os.environ, TCPSTATE_PLUGINS=str(built / "plugins"))
        changed.start()
        cls.addClassCleanup(changed.stop)
        cls.built = built
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.replace_program()
        self.wireshark = self.open("half_open_crash")
        self.wireshark.settle()
        self.wireshark.press(*BACK, *TOOLS, *OF_ALL, "Return", what="the program", until=(self.desk / "started").exists, every=30)

    def replace_program(self):
        """As far as Wireshark sees it: by a script that calls it."""
        folder = (self.shark.folder if self.shark.as_nobody else self.built) / "bin"
        if not (folder / "tcpstate.real").exists():
            (folder / "tcpstate").rename(folder / "tcpstate.real")
        (folder / "tcpstate").write_text(WAITING.format(desk=self.desk))
        (folder / "tcpstate").chmod(0o755)

    def go(self):
        (self.desk / "go").touch()

    def temporary_files(self):
        return sorted(path.suffix for path in self.temporary.glob("tcpstate-*"))

    def test_the_window_answers_while_the_page_is_being_written(self):
        self.assertEqual(self.temporary_files(), [".html", ".txt"])
        self.filter(self.wireshark, "tcpstate.rst.cause", [SELECTED])
        self.assertFalse(self.opened.exists())
        self.go()
        wait_for("a page in the browser", self.opened.exists)
        self.assertEqual(len(self.page_in_the_browser()["capture"]["connections"]), 1)

    def test_the_file_may_be_closed_meanwhile(self):
        self.display.press(self.wireshark.window, *BACK, "ctrl+w", what="no rows",
                           until=lambda: not self.rows() or self.rows()[0] not in OURS)
        self.go()
        wait_for("a page in the browser", self.opened.exists)
        self.assertTrue(self.wireshark.alive())

    def test_what_the_program_complains_about_is_shown(self):
        (self.desk / "fail").touch()
        self.go()
        wait_for("what went wrong", lambda: self.display.titled("TCP State: report"))
        self.assertFalse(self.opened.exists())
        self.assertEqual(self.temporary_files(), [])

    def test_who_asks_again_is_told_that_it_is_being_written(self):
        self.wireshark.press(*BACK, *TOOLS, *OF_ALL, "Return", what="an answer",
                             until=lambda: self.display.titled("TCP State: report"), every=30)
        self.assertEqual(self.temporary_files(), [".html", ".txt"])
        self.go()
        wait_for("a page in the browser", self.opened.exists)

    def test_at_the_end_of_wireshark_nothing_is_left(self):
        self.display.press(self.wireshark.window, *BACK, "ctrl+q", what="the end", until=lambda: self.wireshark.process.poll() is not None)
        self.assertEqual(self.temporary_files(), [])
        self.assertFalse(self.opened.exists())
