# SPDX-License-Identifier: GPL-2.0-or-later
"""Asking, printing and grading the questions of a capture."""

import csv
import pathlib
import re
import sys

from .namespaces import Missing
from .questions import questions_about

LINE = re.compile(r"(?:Q\s*)?(\d+)\s*[:.)=]\s*(.*)", re.I)


def made(capture, count=None):
    questions = questions_about(capture, count)
    if not questions:
        raise Missing(f"{capture} holds nothing to ask about: no TCP connection whose states change, and no RST whose cause is clear")
    return questions


def ask(capture, count=None, read=input, say=print):
    """At the terminal, one by one, with the explanation at once."""
    questions, right = made(capture, count), 0
    say(f"{len(questions)} questions about {capture}. Open it in Wireshark beside this. Also: 'hint', 'skip', 'quit'.\n")
    asked = 0
    for number, question in enumerate(questions, 1):
        say(f"Q{number}. {question.text}\n    ({question.form()})")
        try:
            text = answer_to(question, read, say)
        except EOFError:
            break
        if text == "quit":
            break
        asked += 1
        correct = text != "skip" and question.right(text)
        right += correct
        say(f"    {'Right.' if correct else 'No: ' + question.answer + '.'} {question.explanation}\n")
    say(f"{right} of {asked} right.")
    return 0


def answer_to(question, read, say):
    while True:
        text = read("    > ").strip()
        if text == "hint":
            say(f"    {question.clue}")
        elif text in ("skip", "quit") or question.reads(text) is not None:
            return text
        elif meant := question.meant(text):
            say(f"    There is no '{text}'. Did you mean {meant}?")
        else:
            say(f"    That is not {question.form()}.")


def export(capture, folder, count=None):
    """A sheet for the students and a key for the teacher."""
    questions, name = made(capture, count), pathlib.Path(capture).stem
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sheet = [f"# Questions about {pathlib.Path(capture).name}", "",
             "Send your answers as a text file, one line each, for example `Q1: 7`. A line `name: ...` says who you are.",
             "Choose from the words in brackets where there are any.", ""]
    key = [f"# Key for {pathlib.Path(capture).name}", ""]
    for number, question in enumerate(questions, 1):
        sheet += [f"**Q{number}.** {question.text} ({question.form()})", "", "Answer:", ""]
        key += [f"**Q{number}.** {question.text}", "", f"**{question.answer}**. {question.explanation}", ""]
    answers = ["name:", *(f"Q{number}:" for number in range(1, len(questions) + 1))]
    files = {f"{name}.sheet.md": sheet, f"{name}.key.md": key, f"{name}.answers.txt": answers}
    for file, lines in files.items():
        (folder / file).write_text("\n".join(lines) + "\n")
        print(folder / file)
    return 0


class Malformed(Exception):
    pass


def read_answers(path, questions):
    """(student, {number: text})"""
    student, answers = path.stem, {}
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path}: cannot be read as text ({error})") from error
    for at, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.lower().startswith("name:"):
            student = line[5:].strip() or student
            continue
        found = LINE.fullmatch(line)
        if not found:
            raise Malformed(f"{path}:{at}: expected a line like 'Q1: 7', not '{line[:40]}'")
        number, text = int(found.group(1)), found.group(2).strip()
        if not 1 <= number <= len(questions):
            raise Malformed(f"{path}:{at}: there is no Q{number}: the sheet has Q1 to Q{len(questions)}")
        if number in answers:
            raise Malformed(f"{path}:{at}: Q{number} is answered twice")
        if text and questions[number - 1].reads(text) is None:
            meant = questions[number - 1].meant(text)
            raise Malformed(f"{path}:{at}: '{text[:40]}' is no answer to Q{number}: "
                            + (f"did you mean {meant}?" if meant else questions[number - 1].form()))
        answers[number] = text
    return student, answers


def answer_files(paths):
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix in (".txt", ".md", "") and p.is_file())
        elif path.exists():
            yield path
        else:
            raise Missing(f"no such file of answers: {path}")


def check(paths, capture, out=None, count=None):
    """One CSV row for each student; a malformed file is named with its line and the others are graded."""
    questions, files, broken = made(capture, count), list(answer_files(paths)), 0
    numbers = range(1, len(questions) + 1)
    file = open(out, "w", newline="") if out else sys.stdout
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["student", "file", "right", "of", "percent", *(f"Q{n}" for n in numbers), "error"])
    for path in files:
        try:
            student, answers = read_answers(path, questions)
        except Malformed as error:
            print(f"tcplab: {error}", file=sys.stderr)
            broken += 1
            writer.writerow([path.stem, path.name, "", len(questions), "", *("" for _ in numbers), error])
            continue
        marks = [int(questions[n - 1].right(answers.get(n, ""))) for n in numbers]
        writer.writerow([student, path.name, sum(marks), len(marks), round(100 * sum(marks) / len(marks)), *marks, ""])
    if out:
        file.close()
        print(f"tcplab: results are in {out}", file=sys.stderr)
    return 1 if broken else 0
