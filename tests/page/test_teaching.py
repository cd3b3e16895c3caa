# SPDX-License-Identifier: GPL-2.0-or-later
"""With --hide-answers the page asks for the states and what the quiz asks, checks and keeps the score."""
import re
import sys

import pytest
from pages import data_of
from samples import CHECKOUT, recorded, sample
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

sys.path.insert(0, str(CHECKOUT / "labs"))
from tcplab_lib.questions import questions_about  # noqa: E402


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
    """But for the questions, which name what they ask for."""
    return browser.run("""const questions = document.querySelector(".questions"), all = document.querySelector("main");
        questions.hidden = true;
        const text = all.innerText;
        questions.hidden = false;
        return text""")


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
    assert "mixed" not in browser.run("return document.title + document.body.innerText")


def test_right_answers_are_counted_and_show_the_states(browser, quiz):
    browser.press(Keys.ARROW_RIGHT)
    assert states_at(quiz, 0) == ["SYN-SENT", "UNKNOWN"]
    answer(browser, "SYN-SENT", "UNKNOWN")
    assert browser.texts(".result .right") == ["✓ Right: the client is in SYN-SENT.", "✓ Right: the server is in UNKNOWN."]
    assert browser.text(".score").startswith("Score: 2 of 2 right; 20 segments and 8 questions to go")
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


class Asked:
    """The questions below the ladder."""

    def __init__(self, browser, page, name, address=""):
        self.browser = browser
        browser.open(page(name, "--hide-answers"), address)

    def texts(self):
        return self.browser.texts(".questions label")

    def at(self, text):
        """The place in the list of the one question that begins so."""
        return next(i for i, each in enumerate(self.texts()) if each.startswith(text))

    def field(self, i):
        return self.browser.one(f"#question-{i}")

    def give(self, i, answer):
        """By the keyboard alone."""
        self.browser.run("document.getElementById(arguments[0]).focus()", f"question-{i}")
        if self.field(i).tag_name == "select":
            Select(self.field(i)).select_by_visible_text(answer)
            self.browser.press(Keys.TAB)
        else:
            self.browser.press(*answer)
        self.browser.press(Keys.ENTER)

    def result(self, i):
        return self.browser.texts(".questions .result")[i]


@pytest.fixture
def asked(browser, page):
    return lambda name, address="": Asked(browser, page, name, address)


def test_the_page_asks_what_the_quiz_asks_and_takes_its_answers(asked):
    """Same words, same choices, same answers; each kind of question is there: a frame, a number, an end, a state, a cause, an outcome."""
    kinds = set()
    for name in ("half_open_crash", "half_closed_transfer"):
        page, quiz = asked(name), questions_about(str(sample(name)))
        kinds |= {question.kind for question in quiz}
        assert page.texts() == [question.text for question in quiz]
        for i, question in enumerate(quiz):
            choices = [option.text for option in Select(page.field(i)).options[1:]] if question.choices else []
            assert choices == list(question.choices)
            page.give(i, question.answer)
            assert page.result(i) == f"✓ Right. {question.explanation}"
        assert page.browser.text(".score").startswith(f"Score: {len(quiz)} of {len(quiz)} right;")
    assert kinds == {"frame", "number", "end", "state", "cause", "outcome"}


def test_a_wrong_answer_to_a_question_is_mended_and_kept(asked):
    """What the server's death is known by: RFC 9293 figure 10, and labs/handouts/half-open.md tells the frames."""
    page = asked("half_open_crash")
    i = page.at("Which endpoint was gone?")
    page.give(i, "client")
    assert page.result(i).startswith("✗ Wrong: server. ")
    assert page.browser.text("#announcer").startswith("✗ Wrong: server. ")
    assert not page.field(i).is_enabled()
    assert page.browser.text(".score").startswith("Score: 0 of 1 right;")
    page.browser.run("location.hash = '#capture'")
    page.browser.wait_for("document.querySelector('.capture') !== null")
    assert page.browser.text(".lead .score") == " Score: 0 of 1 right."
    page.browser.run("location.hash = '#conn=0'")
    page.browser.wait_for("document.querySelector('.connection') !== null")
    assert page.result(i).startswith("✗ Wrong: server. ")


def test_what_is_no_answer_is_not_counted(asked):
    page = asked("half_open_crash")
    frame, end = page.at("Which frame reveals"), page.at("Which endpoint was gone?")
    page.give(frame, "seven")
    assert page.result(frame) == "That is not a frame number."
    page.browser.one(f"#question-{end}").submit()
    page.browser.settled()
    assert page.result(end) == "Choose an answer."
    assert page.browser.text(".score").startswith("Score: 0 of 0 right;")
    page.browser.one(f"#question-{frame}").clear()
    page.give(frame, "frame 07")        # as the quiz reads it
    assert page.result(frame).startswith("✓ Right.")


def test_an_answer_is_not_to_be_found_before_it_is_given(asked, browser):
    """Nor in what is not shown at the moment: hints, tables, titles, labels, the name of the capture."""
    asked("half_open_crash")
    for _ in range(8):
        browser.press(Keys.ARROW_RIGHT)
        text = browser.run("""const all = document.documentElement.cloneNode(true);
            all.querySelectorAll("script, style, option, .machine, .legend, .legend + dl").forEach((e) => e.remove());
            return all.outerHTML + document.title""")
        for telling in ("crash", "half_open", "half-open", "the server is gone", "no longer knows", "is silent", "discovered", "confirmed",
                        "ESTABLISHED"):
            assert telling not in text, telling
    assert browser.all(".questions .result *") == []


def test_a_challenge_ack_looks_like_any_other(asked, browser):
    """Its shape would tell that the RST before it was not accepted."""
    asked("forged_rst_in_window", "#conn=0&frame=9")
    assert browser.all(".arrow") and browser.all(".arrow.challenge") == []
    browser.run("document.querySelector('.quiz .quiet').focus()")
    browser.press(Keys.ENTER)
    assert browser.all(".arrow.challenge")


def test_a_hint_is_given_to_who_asks_for_it(asked, browser):
    page, quiz = asked("half_open_crash"), questions_about(str(sample("half_open_crash")))
    assert set(browser.texts(".hint p")) == {""}
    browser.run("document.querySelector('.hint summary').focus()")
    browser.press(Keys.ENTER)
    assert browser.texts(".hint p")[:2] == [quiz[0].clue, ""]
    assert page.browser.text(".score").startswith("Score: 0 of 0 right;")


def test_giving_up_shows_the_answers_to_the_questions(asked, browser, picture):
    page, quiz = asked("half_open_crash"), questions_about(str(sample("half_open_crash")))
    page.give(0, quiz[0].answer)
    page.give(1, "client")
    browser.run("document.querySelector('.questions').scrollIntoView()")
    picture("questions")
    browser.run("document.querySelector('.quiz .quiet').focus()")
    browser.press(Keys.ENTER)
    for i, question in enumerate(quiz[2:], 2):
        assert page.result(i) == f"{question.answer}. {question.explanation}"
        assert not page.field(i).is_enabled()


@pytest.mark.parametrize("name", ["half_open_crash", "mixed"])
def test_without_hiding_nothing_is_asked(browser, page, name):
    browser.open(page(name), "#conn=0")
    assert browser.all(".questions li") == []
    assert not any("questions" in story for story in data_of(page(name))[1].values())


def test_no_cause_that_is_only_possible_is_asked_for(page):
    """Of all recorded captures."""
    asked_for = 0
    for name in sorted(path.stem for path in recorded()):
        for story in data_of(page(name, "--hide-answers"))[1].values():
            frames = {story["frame"][reset["at"]] for reset in story["resets"] if reset["confidence"] == "possible"}
            texts = [question["text"] for question in story["questions"]]
            asked_for += len(texts)
            assert not [text for text in texts for frame in frames if text == f"Why was the RST in frame {frame} sent?"], name
            assert not (frames and any(re.match("How did .* end", text) for text in texts)), name
    assert asked_for > 100
