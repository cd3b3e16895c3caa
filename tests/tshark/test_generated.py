# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages follow the tables of the core: the picture of the state machine, whichever version of Graphviz drew it, and the
contract."""
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree

from samples import CHECKOUT
from tables import tables

DOT, SVG = CHECKOUT / "docs/state-machine.dot", CHECKOUT / "docs/state-machine.svg"
MAKE = "make it anew: cmake --build build/release --target docs"
EVERY = "every state but "


def arrows():
    """(from, to, label) of every arrow in the picture."""
    svg = "{http://www.w3.org/2000/svg}"
    for group in xml.etree.ElementTree.parse(SVG).iter(svg + "g"):
        if group.get("class") == "edge":
            old, _, new = group.find(svg + "title").text.partition("->")
            yield old, new, " ".join(text.text for text in group.iter(svg + "text"))


def leads_from(old, state):
    return state not in old.removeprefix(EVERY).split(", ") if old.startswith(EVERY) else state == old


class StateMachine(unittest.TestCase):
    @unittest.skipUnless(sys.version_info[:2] == (3, 11), "other versions of Python round the coordinates otherwise")
    def test_its_source_is_fresh(self):
        made = subprocess.run([sys.executable, CHECKOUT / "tools/state_machine.py"], capture_output=True, text=True, check=True)
        self.assertEqual(DOT.read_text(), made.stdout, MAKE)

    def test_it_was_drawn_from_its_source(self):
        made_from = re.search(r'graph \[id="(made_from_[0-9a-f]{16})"\]', DOT.read_text()).group(1)
        self.assertIn(f'<g id="{made_from}" class="graph"', SVG.read_text(), MAKE)

    def test_it_has_an_arrow_for_every_rule(self):
        drawn = list(arrows())
        for state, cue, new, _basis, _why in tables()["rule"]:
            with self.subTest(state=state, cue=cue, new=new):
                self.assertTrue([old for old, to, label in drawn if to == new and cue in label and leads_from(old, state)])

    def test_it_has_no_arrow_without_a_rule(self):
        rules = [row[:3] for row in tables()["rule"]]
        states = {state for state, _, new in rules} | {new for _, _, new in rules}
        for old, new, label in arrows():
            if old != new:      # the key's samples point to themselves
                for state in filter(lambda state: leads_from(old, state), states):
                    with self.subTest(state=state, new=new):
                        self.assertTrue([cue for s, cue, to in rules if (s, to) == (state, new) and cue in label])


class Contract(unittest.TestCase):
    def test_it_has_the_causes_in_their_order(self):
        told = re.search(r"### Cause\n(.*?)\n## ", (CHECKOUT / "docs/contract.md").read_text(), re.DOTALL).group(1)
        self.assertEqual(re.findall(r"^\| `([a-z-]+)` \|", told, re.MULTILINE), [row[0] for row in tables()["cause"]])


class Links(unittest.TestCase):
    def test_the_headings_that_links_name_exist(self):
        pages = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("labs/**/*.md")]
        headings = {page: {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
                           for title in re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)} for page in pages}
        seen = 0
        for page in pages:
            for target, heading in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text()):
                with self.subTest(page=page.name, target=target, heading=heading):
                    self.assertIn(heading, headings[(page.parent / target).resolve() if target else page])
                    seen += 1
        self.assertGreater(seen, 0)
