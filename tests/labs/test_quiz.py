# SPDX-License-Identifier: GPL-2.0-or-later
"""The quiz: what it accepts and what it says, and grading. Its questions: tests/unit/questions_test.cpp; tests/page/test_teaching.py
asks the same on the page."""
import csv
import io
import subprocess
import sys

import pytest
from samples import CHECKOUT, sample

sys.path.insert(0, str(CHECKOUT / "labs"))
from tcplab_lib import quiz  # noqa: E402
from tcplab_lib.questions import questions_about  # noqa: E402

CAPTURE = str(sample("half_open_crash"))


def asked(answers, capture=CAPTURE, count=None):
    """What is said to somebody who answers so."""
    said, left = [], iter([*answers, "quit"])
    quiz.ask(capture, count, lambda _: next(left), said.append)
    return said


def test_right_and_wrong():
    said = "\n".join(asked(["7", "client"]))
    assert "Right." in said
    assert "No: server." in said
    assert said.endswith("1 of 2 right.")


def test_a_hint_is_given_and_the_question_asked_again():
    said = asked(["hint", "7"])
    assert "RFC 9293 3.10.7.1" in said[2]
    assert said[3].startswith("    Right.")


def test_no_hint_is_the_answer():
    for name in "half_open_crash", "mixed", "half_closed":
        for question in questions_about(str(sample(name))):
            assert question.clue
            if question.choices and question.answer not in ("client", "server"):
                assert question.answer not in question.clue.replace(",", " ").split(), question


def test_did_you_mean():
    question = next(q for q in questions_about(CAPTURE) if q.answer == "SYN-RECEIVED")
    assert question.reads("syn received") == "SYN-RECEIVED"
    assert (question.reads("SYN-RECIEVED"), question.meant("SYN-RECIEVED")) == (None, "SYN-RECEIVED")
    assert question.meant("xyzzy") is None
    said = asked(["servre", "server"], count=10)[2:]
    assert any("Did you mean server?" in line for line in asked(["7", "servre", "server"])), said


def test_of_many_connections_only_those_with_something_to_tell_are_asked_about():
    """Of the twelve of mixed, one is closed as any other: nothing is asked about it."""
    texts = " ".join(question.text for question in questions_about(str(sample("mixed"))))
    assert "connection 0 " not in texts
    assert "(filter: tcpstate.conn == " in texts


def test_count_chooses_the_same_questions_each_time():
    whole, some = questions_about(CAPTURE), questions_about(CAPTURE, 4)
    assert len(some) == 4
    assert some == questions_about(CAPTURE, 4)
    assert [q for q in whole if q in some] == some
    assert questions_about(CAPTURE, 1000) == whole


def test_sheet_and_grading(tmp_path):
    tcplab = [CHECKOUT / "labs/tcplab"]
    subprocess.run([*tcplab, "quiz", CAPTURE, "--count", "3", "--export", "--out", tmp_path], check=True, capture_output=True)
    assert (tmp_path / "half_open_crash.sheet.md").read_text().count("Answer:") == 3
    answers = tmp_path / "answers"
    answers.mkdir()
    right = [question.answer for question in questions_about(CAPTURE, 3)]
    (answers / "ada.txt").write_text("name: Ada\n" + "".join(f"Q{n}: {text}\n" for n, text in enumerate(right, 1)))
    (answers / "bob.txt").write_text("Q3: SYN-RECIEVED\n")
    done = subprocess.run([*tcplab, "check", answers, CAPTURE, "--count", "3"], capture_output=True, text=True, check=False)
    ada, bob = csv.DictReader(io.StringIO(done.stdout))
    assert (ada["student"], ada["percent"]) == ("Ada", "100")
    assert bob["error"]
    assert "bob.txt:1: 'SYN-RECIEVED' is no answer to Q3" in done.stderr


@pytest.mark.parametrize("count", ["0", "-1", "x"])
def test_count_is_a_number(count):
    done = subprocess.run([CHECKOUT / "labs/tcplab", "quiz", CAPTURE, "--count", count], capture_output=True, text=True, check=False)
    assert done.returncode == 2
