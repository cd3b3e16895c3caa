# SPDX-License-Identifier: GPL-2.0-or-later
"""What the documents say is true: their filters work, their links lead somewhere, their legend is the profile's."""
import re
import unittest

from colours import OURS, rules
from samples import CHECKOUT, sample
from shark import PROFILE
from tables import resets_that_matter, tables
from tshark import shark

DOCS = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md")), *sorted((CHECKOUT / "labs").rglob("*.md"))]

# Question of the README -> a sample -> the frames that its filter must find.
ANSWERS = {
    "lost one end": ("half_open_crash", [5, 6, 7]),
    "Who reset": ("abort_linger", [6]),
    "Which RSTs matter": ("killed_then_data", [9]),
    "CLOSE-WAIT": ("close_wait_leak", [6, 7]),
    "no longer reads": ("killed_then_data", [9]),
}


def questions():
    """Question -> filter."""
    rows = re.findall(r"^\| (.+\?) \| `(.+?)`", (CHECKOUT / "README.md").read_text(), re.MULTILINE)
    return {question: text.replace("\\|", "|") for question, text in rows}


class Docs(unittest.TestCase):
    def test_the_filters_of_the_readme_answer(self):
        self.assertEqual(len(questions()), 5)
        for question, text in questions().items():
            with self.subTest(question=question):
                name, expected = next(answer for words, answer in ANSWERS.items() if words in question)
                out = shark().tshark("-2", "-r", shark().readable(sample(name)), "-Y", text, "-T", "fields", "-e", "frame.number")
                self.assertEqual((out.returncode, out.stderr), (0, ""))
                self.assertEqual([int(n) for n in out.stdout.split()], expected)

    def test_the_resets_that_matter_are_the_same_everywhere(self):
        names, text = resets_that_matter(tables())
        self.assertEqual(sorted(names), sorted("crash crash-reconnect middlebox abort data-after-close keepalive-timeout "
                                               "retransmission-timeout foreign".split()))
        self.assertIn(text, questions().values())
        for page in "recipes", "filters":
            self.assertIn(f"`{text}`", (CHECKOUT / f"docs/{page}.md").read_text())
        buttons = (CHECKOUT / "profile" / PROFILE / "dfilter_buttons").read_text()
        self.assertIn(f'"Resets//That matter","{text}"', buttons.replace("\\x22", '"'))
        query = re.search(r"rst_cause IN \((.*?)\) AND rst_effect NOT IN \('challenged', 'ignored'\)",
                          (CHECKOUT / "docs/archives.md").read_text(), re.DOTALL).group(1)
        self.assertEqual(re.findall("'(.*?)'", query), names)

    def test_every_field_or_preference_that_a_document_names_exists(self):
        known = set(re.findall(r"\ttcpstate(?:\.[a-z_]+)*(?=\t)", shark().tshark("-G", "fields").stdout))
        known = {name.strip() for name in known}
        known |= set(re.findall(r"^#?(tcpstate\.[a-z_]+):", shark().tshark("-G", "defaultprefs").stdout, re.MULTILINE))
        for page in DOCS:
            named = set(re.findall(r"\btcpstate(?:\.[a-z_]+)+", page.read_text()))
            named = {name.removesuffix("_tree") for name in named if not name.endswith((".so", ".dll"))}    # in -T json: what a title holds
            self.assertEqual(named - known, set(), page.name)

    def test_links_lead_somewhere(self):
        for page in DOCS:
            for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
                if "://" not in target:
                    self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")

    def test_the_legend_has_every_rule_in_order(self):
        text = (CHECKOUT / "docs/reading-the-colours.md").read_text()
        legend = re.search(r"^\|.*\n(?:\|.*\n)*", text, re.MULTILINE).group()      # the first table
        told = [row.split("|")[2].strip() for row in legend.splitlines()][2:]
        self.assertEqual(told, [name.removeprefix(OURS) for name, *_ in rules() if name.startswith(OURS)])
