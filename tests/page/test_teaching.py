# SPDX-License-Identifier: GPL-2.0-or-later
"""With --hide-answers the page asks for the states, checks and keeps the score."""
import pytest
from pages import data_of
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select


@pytest.fixture
def quiz(browser, page):
    browser.open(page("half_closed_transfer", "--hide-answers"))
    return data_of(page("half_closed_transfer"))


def states_at(data, i):
    capture, stories = data
    names = [state["name"] for state in capture["vocabulary"]["states"]]
    return [names[n] for n in stories[0]["pairs"][stories[0]["states"][i]][:2]]


def answer(browser, client, server):
    Select(browser.one("#answer-client")).select_by_visible_text(client)
    Select(browser.one("#answer-server")).select_by_visible_text(server)
    browser.one(".quiz [type=submit]").click()
    browser.settled()


def visible(browser):
    return browser.run("return document.querySelector('main').innerText")


def test_no_answer_is_shown_before_it_is_asked_for(browser, quiz):
    for _ in range(21):
        browser.press(Keys.ARROW_RIGHT)
        assert set(browser.texts(".band text")) <= {"?", "UNKNOWN"}
        assert browser.texts(".band text").count("?") == 2, "where a band ends would tell"
        assert browser.texts("figure.machine figcaption b") == ["?", "?"]
    assert browser.all(".verdict") == [] and browser.all(".reset") == [] and browser.all(".shade") == [] and browser.all(".happened") == []
    assert browser.all(".taken") == []
    text = visible(browser).lower()
    for telling in ("half-closed", "half‑closed", "rfc 9293", "presumed state"):
        assert telling not in text


def test_the_page_of_the_capture_does_not_tell_either(browser, page):
    browser.open(page("mixed", "--hide-answers"))
    assert browser.all(".finding") == []
    headings = browser.each(".connections thead button", "e.dataset.sort")
    assert headings == ["conn", "client", "server", "start", "duration"]
    browser.one("#filter").send_keys("crashed")
    browser.settled()
    assert browser.text(".found") == "0 of 12 connections"
    assert browser.texts(".plots h2") == ["Lifetimes"]


def test_right_answers_are_counted_and_show_the_states(browser, quiz):
    browser.press(Keys.ARROW_RIGHT)
    assert states_at(quiz, 0) == ["SYN-SENT", "UNKNOWN"]
    answer(browser, "SYN-SENT", "UNKNOWN")
    assert browser.texts(".result .right") == ["✓ Right: the client is in SYN-SENT.", "✓ Right: the server is in UNKNOWN."]
    assert browser.text(".score").startswith("Score: 2 of 2 right; 20 segments to go")
    assert "SYN-SENT" in browser.texts(".band text")


def test_a_wrong_answer_is_mended_and_cannot_be_given_twice(browser, quiz):
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    answer(browser, "SYN-SENT", "SYN-RECEIVED")
    assert browser.texts(".result .wrong") == ["✗ Wrong: the client is in ESTABLISHED."]
    assert browser.text(".score").startswith("Score: 1 of 2 right")
    assert not browser.one("#answer-client").is_enabled()
    browser.run("document.activeElement.blur()")
    browser.press(Keys.ARROW_LEFT)
    assert browser.one("#answer-client").is_enabled()
    browser.press(Keys.ARROW_RIGHT)
    assert browser.texts(".result .wrong") == ["✗ Wrong: the client is in ESTABLISHED."]


def test_both_are_asked_for(browser, quiz):
    browser.press(Keys.ARROW_RIGHT)
    browser.one(".quiz [type=submit]").click()
    assert browser.text(".result") == "Choose a state for both."
    assert browser.text(".score").startswith("Score: 0 of 0")


def test_the_answers_are_shown_to_who_gives_up(browser, quiz, picture):
    browser.press(Keys.ARROW_RIGHT)
    answer(browser, "SYN-SENT", "LISTEN")
    picture("teaching")
    browser.one(".quiz .quiet").click()
    browser.settled()
    assert browser.text(".verdict .lead") == quiz[1][0]["verdict"]
    assert "FIN-WAIT-1" in browser.texts(".band text")
    assert not browser.one(".quiz").is_displayed()


def test_the_answer_to_the_last_question_does_not_tell_the_others(browser, quiz):
    browser.press(Keys.END)
    answer(browser, *states_at(quiz, 20))
    assert browser.all(".shade") == []
    browser.run("document.activeElement.blur()")
    browser.press(Keys.HOME)
    assert browser.texts("figure.machine figcaption b") == ["?", "?"]
