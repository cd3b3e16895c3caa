# SPDX-License-Identifier: GPL-2.0-or-later
"""Without a mouse: everything is reached, what has the focus can be seen, and arrow keys move among rows and steps."""
from selenium.webdriver.common.keys import Keys

SEEN = ("const e = document.activeElement, s = getComputedStyle(e);"
        "return [e.tagName, e.textContent.slice(0, 40) || e.id || e.getAttribute('aria-label'),"
        "s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]")


def tab_through(browser, most=80):
    """What has the focus, one Tab after the other, once round."""
    seen = []
    for _ in range(most):
        browser.press(Keys.TAB)
        tag, text, visible = browser.run(SEEN)
        if tag == "BODY":
            return seen
        assert visible, f"nothing shows that {tag} {text!r} has the focus"
        seen.append((tag, text))
    raise AssertionError("Tab does not come to an end")


def test_tab_visits_everything_on_the_page_of_a_capture(browser, page):
    browser.open(page("mixed"))
    texts = [text for _tag, text in tab_through(browser)]
    assert texts[0] == "Skip to the content"
    for wanted in ("filter", "Columns", "outcome", "Lifetimes: as a table"):
        assert any(wanted in text for text in texts), (wanted, texts)


def test_tab_visits_everything_on_the_page_of_a_connection(browser, page):
    browser.open(page("half_open_crash"))
    tags = tab_through(browser)
    texts = [text for _tag, text in tags]
    for wanted in ("All connections", "First segment", "Back", "Play", "Next", "Last segment", "Step", "The ladder as a table", "frame 7"):
        assert any(wanted in text for text in texts), (wanted, texts)


def focus(browser, selector):
    browser.run("document.querySelector(arguments[0]).focus()", selector)


def test_from_a_finding_to_a_connection_and_through_its_steps(browser, page):
    browser.open(page("mixed"))
    focus(browser, ".finding button")
    browser.press(Keys.ENTER)
    conns = browser.texts(".connections tbody a")
    focus(browser, ".connections tbody a[tabindex='0']")
    browser.press(Keys.ENTER)
    browser.wait_for("document.querySelector('.connection h1') !== null")
    assert f"Connection {conns[0]} " in browser.text("h1")
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert browser.text(".where").startswith("2 of")


def test_arrow_keys_move_among_the_rows(browser, page):
    browser.open(page("mixed"))
    focus(browser, ".connections tbody a[tabindex='0']")
    row = lambda: browser.focused().text
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert row() == "2"
    browser.press(Keys.ARROW_UP)
    assert row() == "1"
    browser.press(Keys.END)
    assert row() == "11"
    browser.press(Keys.HOME)
    assert row() == "0"
    assert browser.run("return document.querySelectorAll(\".connections tbody a[tabindex='0']\").length") == 1


def test_a_heading_sorts_by_the_keyboard_and_keeps_the_focus(browser, page):
    browser.open(page("mixed"))
    focus(browser, "[data-sort=duration]")
    browser.press(Keys.ENTER)
    assert browser.run("return document.activeElement.dataset.sort") == "duration"
    assert browser.one("th:has([data-sort=duration])").get_attribute("aria-sort") == "ascending"


def test_space_plays_and_pauses(browser, page):
    browser.open(page("half_open_crash"))
    browser.press(Keys.SPACE)
    assert browser.text(".play") == "Pause"
    browser.press(Keys.SPACE)
    assert browser.text(".play") == "Play"


def test_keys_belong_to_the_field_that_has_the_focus(browser, page):
    browser.open(page("mixed"))
    focus(browser, "#filter")
    browser.press("a", "b", Keys.ARROW_LEFT, "x", Keys.HOME, "y")
    assert browser.one("#filter").get_attribute("value") == "yaxb"


def test_each_step_is_announced(browser, page):
    browser.open(page("half_open_crash"))
    browser.press(Keys.END)
    said = browser.text("#announcer[role=status]")
    for part in ("Frame 7, RST from the server", "client CLOSED presumed", "server CLOSED", "the server no longer knows this connection"):
        assert part in said
