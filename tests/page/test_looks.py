# SPDX-License-Identifier: GPL-2.0-or-later
"""Dark and light, small and enlarged, without motion, and on paper."""
import re

import pytest
from selenium.webdriver.common.keys import Keys

PAGES = (("mixed", "#capture"), ("mixed", "#conn=4&frame=71"), ("forged_rst_in_window", "#conn=0&frame=8"))

# The contrast of a text with what is behind it: WCAG 2.2, relative luminance.
CONTRAST = """
const luminance = (colour) => {
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((n) => linear(n / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
};
const fill = (element) => getComputedStyle(element).fill;
"""


def luminance_of_paper(browser):
    return browser.run(CONTRAST + "return luminance(getComputedStyle(document.body).backgroundColor)")


@pytest.mark.parametrize("name, address", PAGES)
def test_the_page_follows_the_colour_scheme(browser, page, name, address):
    browser.open(page(name), address)
    assert luminance_of_paper(browser) > 0.9
    browser.media(scheme="dark")
    assert luminance_of_paper(browser) < 0.05


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_of_states_can_be_read_on_their_bands(browser, page, scheme):
    browser.media(scheme=scheme)
    browser.open(page("half_open_crash"))
    found = dict(browser.run(CONTRAST + """return [...document.querySelector("svg.machine").querySelectorAll(".state")].map((state) => {
        state.setAttribute("class", "state now");
        return [state.textContent, ratio(fill(state.querySelector("text")), fill(state.querySelector(".box")))]; });"""))
    assert len(found) == 12 and min(found.values()) >= 4.5, found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("selector", [".segment .flags", ".segment .numbers", ".segment .time", ".segment .event",
                                      "svg.machine .state:not(.now) text", ".note.silent text", "text.seq", ".when", ".verdict .lead"])
def test_texts_of_the_pictures_have_enough_contrast(browser, page, scheme, selector):
    browser.media(scheme=scheme)
    browser.open(page("half_open_crash"), "#conn=0&frame=6")
    behind = ".shade.silent rect" if "note" in selector else ".ladder-box"
    measured = browser.run(CONTRAST + """
        const texts = [...document.querySelectorAll(arguments[0])], back = document.querySelector(arguments[1]);
        const colour = back instanceof SVGElement ? fill(back) : getComputedStyle(back).backgroundColor;
        return texts.map((text) => ratio(text instanceof SVGElement ? fill(text) : getComputedStyle(text).color, colour));
        """, selector, behind)
    assert measured and min(measured) >= 4.5, measured


@pytest.mark.parametrize("width", [360, 320])       # 320: 1280 pixels at 400 %
@pytest.mark.parametrize("name, address", PAGES)
def test_a_narrow_page_does_not_scroll_sideways(browser, page, width, name, address):
    browser.size(width, 720)
    browser.open(page(name), address)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    browser.settled()
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_texts_of_a_narrow_ladder_stay_between_the_lifelines(browser, page):
    browser.size(360, 720)
    browser.open(page("half_open_retransmit"), "#conn=0&frame=11")
    outside = browser.run("""const box = document.querySelector("svg.ladder").getBoundingClientRect();
        const texts = [...document.querySelectorAll("svg.ladder text")].map((t) => [t.getBoundingClientRect(), t.textContent]);
        return texts.filter(([r]) => r.left < box.left - 1 || r.right > box.right + 1).map(([, text]) => text)""")
    assert outside == []


def test_nothing_moves_where_motion_is_unwanted(browser, page):
    moving = lambda: browser.each("*", "[getComputedStyle(e).transitionDuration, getComputedStyle(e).animationName]")
    still = ["0s", "none"]
    browser.open(page("half_open_crash"))
    assert any(each != still for each in moving())
    browser.media(motion="reduce")
    assert all(each == still for each in moving())


@pytest.mark.parametrize("name, address", PAGES)
def test_a_page_is_printed_whole(browser, page, name, address):
    browser.open(page(name), address)
    pdf = browser.pdf()
    assert pdf.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12


def test_on_paper_the_ladder_has_all_its_rows_and_no_controls(browser, page):
    browser.open(page("half_closed_transfer"))
    on_screen = browser.each("g.segment", "e.dataset.i")
    browser.media(kind="print")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    browser.settled()
    assert set(browser.each("g.segment", "Number(e.dataset.i)")) == set(range(21))
    assert browser.run("return getComputedStyle(document.querySelector('.controls')).display") == "none"
    assert browser.run("const s = document.querySelector('div.ladder'); return s.scrollHeight <= s.clientHeight")
    browser.media()
    browser.run("dispatchEvent(new Event('afterprint'))")
    browser.settled()
    assert browser.each("g.segment", "e.dataset.i") == on_screen


def test_pictures_for_the_docs(browser, page, picture):
    browser.media(scheme="dark")
    browser.open(page("half_open_retransmit"))
    browser.press(Keys.END)
    picture("dark", 900)
    browser.media(scheme="light")
    browser.size(360, 900)
    browser.open(page("half_open_crash"), "#conn=0&frame=7")
    picture("narrow", 1100)
