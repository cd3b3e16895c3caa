# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages: as the program makes them from captures, and from data that are changed or made up."""
import importlib.util
import json
import os
import re

from program import COMPLETE, tcpstate
from samples import CHECKOUT

ELEMENT = re.compile(r'<script type="application/json" id="([a-z0-9-]+)">(.*?)</script>', re.S)
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def template():
    """The page without data, from its sources."""
    spec = importlib.util.spec_from_file_location("inline", CHECKOUT / "src/page/web/inline.py")
    inline = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(inline)
    return inline.page(), inline.DATA


def report(folder, *arguments, name="report.html"):
    """The page that the program makes. TCPSTATE_PAGE=sources: around its data the page of the sources, so that a change to them can be
    tried without building the program anew."""
    page = folder / name
    result = tcpstate("report", *arguments, "-o", page)
    assert (result.returncode, result.stderr) == (COMPLETE, ""), result
    if os.environ.get("TCPSTATE_PAGE") == "sources":
        text, marker = template()
        data = "".join(element[0] for element in ELEMENT.finditer(page.read_text()))
        page.write_text(text.replace(marker, data))
    return page


def data_of(page):
    """The data in a page: capture, and the connections by their number."""
    elements = {name: json.loads(text) for name, text in ELEMENT.findall(page.read_text())}
    capture = elements.pop("capture")
    return capture, {int(conn): story for chunk in elements.values() for conn, story in chunk.items()}


def page_with(folder, capture, stories, name="made_up.html"):
    """A page with these data."""
    text, marker = template()
    capture = capture | {"chunk_of": [0] * len(capture["connections"])}
    elements = {"chunk-0": {str(conn): story for conn, story in stories.items()}, "capture": capture}
    data = "".join(f'<script type="application/json" id="{each}">{json.dumps(value).translate(ESCAPES)}</script>'
                   for each, value in elements.items())
    page = folder / name
    page.write_text(text.replace(marker, data))
    return page


def only_columns(capture, names):
    """The capture's table with only some columns, and a function that makes a row of them."""
    columns = [column for column in capture["columns"] if column["name"] in names]
    return columns, lambda **values: [values.get(column["name"]) for column in columns]
