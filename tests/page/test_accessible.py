# SPDX-License-Identifier: GPL-2.0-or-later
"""What axe-core finds: nothing, on every kind of page, in light and dark."""
import json

import pytest
from fetched import package

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
PAGES = (("mixed", "#capture", ()), ("half_open_crash", "#conn=0&frame=7", ()), ("forged_rst_in_window", "#conn=0&frame=9", ()),
         ("half_closed_transfer", "#conn=0&frame=9", ("--hide-answers",)), ("mixed", "#capture", ("--hide-answers",)),
         ("half_open_crash", "#conn=0&frame=7", ("--hide-answers",)))


@pytest.fixture(scope="session")
def axe():
    return (package("axe-core") / "axe.min.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name, address, options", PAGES)
def test_axe_finds_nothing(browser, page, axe, name, address, options, scheme):
    browser.media(scheme=scheme)
    browser.open(page(name, *options), address)
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    browser.settled()
    browser.run(axe)
    found = browser.driver.execute_async_script(
        "const done = arguments[1]; axe.run(document, arguments[0]).then((r) => done(r.violations))", RULES)
    told = [(each["id"], each["help"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found]
    assert told == [], json.dumps(told, indent=1)


def test_a_page_has_one_main_heading_and_landmarks(browser, page):
    for address in ("#capture", "#conn=0"):
        browser.open(page("mixed"), address)
        assert len(browser.all("h1")) == len(browser.all("main")) == len(browser.all("header")) == 1
        assert browser.one("html").get_attribute("lang") == "en"


def test_pictures_have_names(browser, page):
    for name, address in (("mixed", "#capture"), ("half_open_crash", "#conn=0")):
        browser.open(page(name), address)
        unnamed = browser.each("main svg:not([aria-hidden=true]):not([role=img][aria-label])", "e.outerHTML.slice(0, 80)")
        assert unnamed == []
