# SPDX-License-Identifier: GPL-2.0-or-later
"""The stories of the main samples, frame by frame, as the RFC and the experiment tell them.

stories/NAME.txt belongs to sample_pcaps/NAME.pcapng (and to the captures in its line "also:"). It is written by hand
from what was done in the experiment, never from a run. One row per frame; the columns are fields of tcpstate:
    -     the field is absent          *     the row does not check it
    a,b   several values               X?    the state X is presumed
A row "FRAME FIELD = VALUE" checks one more field, "FRAME FIELD ~ WORDS" that its text has these words.
"""
import pathlib

import pytest
from samples import sample
from tshark import TWO_PASSES, frames

STORIES = sorted((pathlib.Path(__file__).parent / "stories").glob("*.txt"))


def told(story):
    """Captures, and the expected (frame, field, comparison, value)."""
    captures, columns, expected = [story.stem], None, []
    for line in story.read_text().splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "also:":
            captures += words[1:]
        elif words[0] == "frame":
            columns = words[1:]
        elif len(words) > 3 and words[2] in "=~":
            expected.append((int(words[0]), words[1], words[2], line.split(words[2], 1)[1].strip()))
        else:
            values = words[1:]
            assert len(values) == len(columns), f"{story.name}: {line}"
            expected += [(int(words[0]), column, "=", value) for column, value in zip(columns, values) if value != "*"]
    return captures, expected


def actual(frame, field):
    values = frame.get(field, ["-"])
    if field in ("client.state", "server.state") and field.replace("state", "presumed") in frame:
        values = [values[0] + "?"]
    return ",".join(values)


@pytest.mark.parametrize("name, expected", [pytest.param(name, expected, id=name) for story in STORIES
                                            for captures, expected in [told(story)] for name in captures])
def test_story(name, expected):
    found = frames(sample(name), TWO_PASSES)
    wrong = []
    for number, field, comparison, value in expected:
        seen = actual(found.get(number, {}), field)
        if (seen != value) if comparison == "=" else (value not in seen):
            wrong.append(f"frame {number}: {field} is {seen!r}, the story says {value!r}")
    assert not wrong
    assert sorted(found) == sorted({number for number, *_ in expected}), "frames told and found"
