# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about a capture: those that `tcpstate report --hide-answers` asks, always the same ones for the same capture."""

import difflib
import pathlib
import re
from dataclasses import dataclass

from . import page
from .namespaces import Missing

ENDS = ("client", "server")
WORDS = {"state": "states", "cause": "causes", "outcome": "outcomes"}   # lists of the page's vocabulary
FEW = 4     # connections; of more, only those that are half-open, or that a RST ended, are asked about


@dataclass
class Question:
    text: str
    kind: str          # "frame", "number", or what is chosen
    answer: str
    explanation: str
    clue: str          # what helps to find the answer, and is not the answer
    choices: tuple = ()

    def reads(self, text):
        """The answer as it is compared, or None where it is none at all."""
        text = text.strip()
        if not self.choices:
            found = re.fullmatch(r"(?:frames?|no\.?|#)?\s*(\d+)(?:\s*bytes?)?", text, re.I)
            return str(int(found.group(1))) if found else None
        return self.plain().get(simple(text))

    def plain(self):
        return {simple(choice): choice for choice in self.choices}

    def right(self, text):
        return self.reads(text) == self.answer

    def form(self):
        """What an answer looks like."""
        return {"frame": "a frame number", "number": "a number"}.get(self.kind, "one of: " + ", ".join(self.choices))

    def meant(self, text):
        """The choice that was probably meant, or None."""
        plain = self.plain()
        near = difflib.get_close_matches(simple(text), plain, 1)
        return plain[near[0]] if near else None


def simple(text):
    return re.sub(r"[^a-z0-9]", "", text.lower())


def choices(kind, vocabulary):
    return ENDS if kind == "end" else tuple(word["name"] for word in vocabulary.get(WORDS.get(kind), ()))


def spread(items, count):
    """So many of them, from the beginning to the end, and always the same ones."""
    return [items[i * len(items) // count] for i in range(count)] if count < len(items) else items


def questions_about(capture, count=None):
    if not pathlib.Path(capture).is_file():
        raise Missing(f"no such capture: {capture}")
    data, stories = page.data_of(page.html("--hide-answers", "--", capture))
    asked = [story for story in stories if len(stories) <= FEW or story["half_open"] or story["resets"]]
    if not all("questions" in story for story in asked):
        raise Missing("the program tcpstate is older than these labs: build it anew (tools/build-program)")
    made = [Question(**row, choices=choices(row["kind"], data["vocabulary"])) for story in asked for row in story["questions"]]
    return spread(made, count) if count else made
