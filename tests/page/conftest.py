# SPDX-License-Identifier: GPL-2.0-or-later
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "program"))     # how to run the program
from browser import Browser  # noqa: E402
from pages import report  # noqa: E402
from samples import sample  # noqa: E402


@pytest.fixture(scope="session")
def chromium():
    browser = Browser()
    yield browser
    browser.quit()


@pytest.fixture
def browser(chromium):
    """No page may complain or ask for anything, whatever a test does with it."""
    chromium.fresh()
    chromium.requests()
    yield chromium
    assert chromium.complaints() == []
    assert chromium.requests() == []


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    """Pages that the program made: page(NAME of a recorded capture, options...)."""
    made = {}

    def make(name, *options):
        if (name, options) not in made:
            made[name, options] = report(tmp_path_factory.mktemp("page"), *options, sample(name), name=f"{name}.html")
        return made[name, options]
    return make


@pytest.fixture
def picture(browser):
    """picture(NAME): keeps a screenshot for docs/images, where TCPSTATE_IMAGES names a folder."""
    def keep(name, height=None):
        folder = os.environ.get("TCPSTATE_IMAGES")
        if folder:
            browser.screenshot(pathlib.Path(folder) / f"report_{name}.png", height)
    return keep
