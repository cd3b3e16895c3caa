# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a Catch2 program and writes a JUnit report, made from Catch2's own in XML: run.py PROGRAM REPORT. (Its JUnit reporter
keeps every one of millions of assertions in memory.) The same for its versions 2 and 3. Prints what failed. A program for
Windows runs in Wine elsewhere."""
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import junit  # noqa: E402


def cases(report):
    """One junit.Case for each test case of the report, as far as it goes."""
    name = "the program"
    try:
        for event, element in xml.iterparse(report, ("start", "end")):
            if element.tag != "TestCase":
                continue
            name = element.get("name") if event == "start" else "what follows " + name
            if event == "end":
                yield case(element)
    except (OSError, xml.ParseError) as error:
        yield junit.Case(name, failed=f"the program ended here ({error})")


def case(element):
    result = element.find("OverallResult")
    found = junit.Case(element.get("name"), float(result.get("durationInSeconds", 0)))
    said = "\n".join(filter(None, map(told, element.iter())))
    if result.get("success") != "true":
        found.failed = said or "failed"
    elif int(result.get("skips", 0)):
        found.skipped = said
    return found


def told(element):
    """A line about what went wrong."""
    if element.tag in ("TestCase", "OverallResult", "Original", "Expanded", "Section", "OverallResults"):
        return ""
    place = f"{element.get('filename')}:{element.get('line')}: " if element.get("filename") else ""
    if element.tag == "Expression":
        text = f"{element.get('type')}({element.findtext('Original').strip()}): {element.findtext('Expanded').strip()}"
    else:
        text = (element.text or "").strip()
    return place + text


def in_wine(folder):
    """Runs there, without touching anybody's own Wine."""
    os.environ.update(WINEPREFIX=str(folder.resolve() / "wine"), WINEDEBUG="-all", DISPLAY="")
    return ["wine"]


def main(program, report):
    report = pathlib.Path(report)
    report.parent.mkdir(parents=True, exist_ok=True)
    own = report.with_suffix(".catch.xml")
    for path in report, own:
        path.unlink(missing_ok=True)
    runner = in_wine(report.parent) if program.endswith(".exe") and os.name != "nt" else []
    # A relative path: what begins with / is an option on Windows.
    status = subprocess.run([*runner, program, "--reporter", "xml", "--durations", "yes", "--out", os.path.relpath(own)]).returncode
    found = list(cases(own))
    junit.write(report, report.stem, found)
    for each in found:
        if each.failed:
            print(f"FAILED {each.name}\n{each.failed}\n")
    print(junit.counted(found))
    return status or any(each.failed for each in found) or not found


if __name__ == "__main__":
    sys.exit(int(main(*sys.argv[1:])))
