# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports of tests in JUnit's XML, as pytest, Catch2 and ctest write them."""
import dataclasses
import pathlib
import xml.etree.ElementTree as xml


@dataclasses.dataclass
class Case:
    name: str
    seconds: float = 0
    failed: str = ""        # why
    skipped: str = ""       # why


def words(element):
    """What it says, its message first."""
    return "\n".join(text.strip() for text in (element.get("message"), element.text) if text and text.strip()) or element.tag


def read(path):
    """The cases of a report, one for each name; none where there is no report."""
    try:
        tree = xml.parse(path)
    except (OSError, xml.ParseError):
        return []
    cases = {}
    for element in tree.iter("testcase"):
        name = "::".join(part for part in (element.get("classname"), element.get("name")) if part)
        case = cases.setdefault(name, Case(name))
        case.seconds += float(element.get("time") or 0)
        case.failed += "\n".join(words(each) for each in element if each.tag in ("failure", "error"))
        case.skipped += "".join(words(each).partition("\n")[0] for each in element if each.tag == "skipped")
    return list(cases.values())


def write(path, suite, cases):
    root = xml.Element("testsuite", name=suite, tests=str(len(cases)), failures=str(sum(bool(case.failed) for case in cases)),
                       skipped=str(sum(bool(case.skipped) for case in cases)), errors="0")
    for case in cases:
        element = xml.SubElement(root, "testcase", classname=suite, name=case.name, time=f"{case.seconds:.3f}")
        for tag in "failed", "skipped":
            if text := getattr(case, tag):
                xml.SubElement(element, {"failed": "failure"}.get(tag, tag), message=text.partition("\n")[0]).text = text
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def count(cases):
    """(passed, failed, skipped)"""
    failed = sum(bool(case.failed) for case in cases)
    skipped = sum(bool(case.skipped) and not case.failed for case in cases)
    return len(cases) - failed - skipped, failed, skipped


def counted(cases):
    return in_words(*count(cases))


def in_words(passed, failed, skipped):
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
