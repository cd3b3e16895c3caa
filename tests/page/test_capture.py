# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a capture: findings, table, pictures."""
import pytest
from pages import data_of, only_columns, page_with

FILTERED = "return [...document.querySelectorAll('.connections tbody a')].map((a) => Number(a.textContent))"


def column(capture, name):
    at = [column["name"] for column in capture["columns"]].index(name)
    return [row[at] for row in capture["connections"]]


def shown(browser):
    browser.settled()
    return browser.run(FILTERED)


def filter_by(browser, text):
    field = browser.one("#filter")
    field.clear()
    field.send_keys(text)
    return shown(browser)


@pytest.fixture
def mixed(browser, page):
    browser.open(page("mixed"))
    return data_of(page("mixed"))[0]


def test_findings_come_first_with_a_word_and_a_shape(browser, mixed):
    assert browser.run("return document.querySelector('main h1 + section').getAttribute('aria-label')") == "Findings"
    assert [text.split("show")[0] for text in browser.texts(".finding .text")] == [finding["text"] for finding in mixed["findings"]]
    words = {"error": "Error", "warning": "Warning", "note": "Note", "ok": "Good"}
    assert browser.texts(".finding .word") == [words[finding["severity"]] for finding in mixed["findings"]]
    shapes = browser.each(".finding", "[e.className, e.querySelector('.shape').getAttribute('d')]")
    assert len({shape for _name, shape in shapes}) == len({name for name, _shape in shapes})


def test_a_finding_filters_the_table_and_gives_it_back(browser, mixed):
    everything = shown(browser)
    for i, finding in enumerate(mixed["findings"]):
        if finding["connections"]:
            button = browser.all(".finding")[i].find_element("css selector", "button")
            button.click()
            assert shown(browser) == sorted(finding["connections"])
            assert finding["text"] in browser.text(".choice")
            assert button.get_attribute("aria-pressed") == "true"
            button.click()
            assert shown(browser) == everything
            assert button.get_attribute("aria-pressed") == "false"


def test_show_all_takes_the_filter_away(browser, mixed):
    browser.one(".finding button").click()
    browser.one(".choice button").click()
    assert shown(browser) == column(mixed, "conn")
    assert browser.run("return document.querySelectorAll('.finding [aria-pressed=true]').length") == 0


def test_the_table_has_outcome_and_cause_as_words_beside_their_colours(browser, mixed):
    words = set(browser.texts(".connections td .named"))
    assert words == {*column(mixed, "outcome"), *filter(None, column(mixed, "rst_cause"))}
    colours = {word["name"]: word["colour"] for word in mixed["vocabulary"]["outcomes"]}
    painted = browser.each(".connections td .named", "[e.textContent, getComputedStyle(e.querySelector('i')).backgroundColor]")
    wanted = colours["crashed"].lstrip("#")
    assert dict(painted)["crashed"] == "rgb({}, {}, {})".format(*(int(wanted[i:i + 2], 16) for i in (0, 2, 4)))


@pytest.mark.parametrize("name", ["conn", "duration", "outcome", "close_idle", "rst_cause", "server"])
def test_a_click_on_a_heading_sorts_and_a_second_one_turns_it_round(browser, mixed, name):
    values = column(mixed, name)
    if name != "conn":
        browser.one(f"[data-sort={name}]").click()

    def ordered(turned):
        known = [i for i, value in enumerate(values) if value is not None]
        key = (lambda i: values[i])
        return sorted(known, key=key, reverse=turned), [i for i, value in enumerate(values) if value is None]

    for turned, word in ((False, "ascending"), (True, "descending")):
        rows = shown(browser)
        known, missing = ordered(turned)
        assert [values[i] for i in rows] == [values[i] for i in known + missing]
        assert browser.one(f"th:has([data-sort={name}])").get_attribute("aria-sort") == word
        browser.one(f"[data-sort={name}]").click()


def test_the_filter_takes_words_and_columns(browser, mixed):
    outcomes, ports = column(mixed, "outcome"), column(mixed, "server_port")
    assert filter_by(browser, "outcome=aborted") == [i for i, outcome in enumerate(outcomes) if outcome == "aborted"]
    assert filter_by(browser, "outcome=aborted server_port=7777") == [
        i for i, (outcome, port) in enumerate(zip(outcomes, ports)) if (outcome, port) == ("aborted", 7777)]
    assert filter_by(browser, "40005") == [4]
    assert filter_by(browser, "CRASHED 40005") == [4]
    assert filter_by(browser, "no such thing") == []
    assert browser.text(".found") == f"0 of {len(outcomes)} connections"


def test_every_column_can_be_shown_and_hidden(browser, mixed):
    browser.one(".columns summary").click()
    for box in browser.all(".columns input:not(:checked)"):
        box.click()
    headings = browser.each(".connections thead button", "e.dataset.sort")
    assert headings == [each["name"] for each in mixed["columns"]]
    for box in browser.all(".columns input:checked"):
        box.click()
    assert browser.run("return document.querySelectorAll('.connections thead button').length") == 1


def test_a_click_leads_to_the_connection_and_back(browser, mixed):
    browser.all(".connections tbody tr")[4].click()
    browser.wait_for("document.querySelector('.connection h1') !== null")
    assert browser.run("return location.hash").startswith("#conn=4")
    assert "10.77.0.1:40005" in browser.text("h1")
    browser.driver.back()
    browser.wait_for("document.querySelector('.connections') !== null")


def test_every_picture_has_its_table(browser, mixed):
    for figure in browser.all(".plots figure"):
        assert figure.find_elements("css selector", "svg[role=img][aria-label]")
        assert figure.find_elements("css selector", "details table tbody tr")
    titles = browser.texts(".plots h2")
    assert titles == ["Idle before the end", "Events over time", "Lifetimes"]


def test_the_idle_times_add_up_and_a_bar_chooses_its_connections(browser, mixed):
    idle = [value for value in column(mixed, "close_idle") if value is not None]
    counts = browser.each(".plots figure:first-child tbody tr", "Number(e.cells[1].textContent)")
    assert sum(counts) == len(idle)
    browser.run("document.querySelector('.plots figure details').open = true")
    browser.one(".plots figure details button").click()
    assert len(shown(browser)) == counts[0]


def with_timeouts(folder, capture, seconds):
    """A capture whose connections ended after so much silence."""
    columns, row = only_columns(capture, {"conn", "client", "client_port", "server", "server_port", "start", "duration", "outcome",
                                          "close_idle"})
    rows = [row(conn=i, client="10.0.0.1", client_port=40000 + i, server="10.0.0.2", server_port=443, start=capture["first"] + i,
                duration=idle + 1, outcome="aborted", close_idle=idle) for i, idle in enumerate(seconds)]
    return page_with(folder, capture | {"columns": columns, "connections": rows, "findings": [], "last": capture["first"] + len(rows)}, {})


def test_known_timeouts_are_marked_as_consistent_and_no_more(browser, page, tmp_path):
    capture, _ = data_of(page("mixed"))
    capture["timeouts"] = [{"seconds": seconds, "within": seconds / 100, "product": product}
                           for seconds, product in ((350, "Box A"), (350, "Box B"), (240, "Box C"))]
    browser.open(with_timeouts(tmp_path, capture, [350.2, 350.9, 349.5, 12, 0.5, 360]))
    assert browser.texts(".consistent li") == ["3 connections after about 5 min 50 s of silence: consistent with Box A; Box B"]
    assert browser.texts("text.timeout") == ["5 min 50 s: 3 connections"]
    browser.one(".consistent button").click()
    assert shown(browser) == [0, 1, 2]


def test_a_capture_of_one_connection_opens_with_it(browser, page):
    browser.open(page("half_open_crash"))
    assert "Connection 0" in browser.text("h1")
    browser.open(page("half_open_crash"), "#capture")
    assert browser.text("main h1") == "What happened in this capture"


def test_the_page_of_a_capture_as_a_picture(browser, mixed, picture):
    picture("capture", 1180)


def test_segments_that_were_left_out_are_owned_up_to(browser, page, tmp_path):
    capture, _ = data_of(page("mixed"))
    browser.open(page_with(tmp_path, capture | {"left_out": 12}, {}))
    assert browser.text(".left-out").startswith("The segments of 12 connections are not in this page")
    browser.run("location.hash = '#conn=3'")
    browser.wait_for("document.querySelector('.conn') !== null")
    assert "tcpstate report --conn 3" in browser.text("main")
    browser.open(page("mixed"))
    assert browser.all(".left-out") == []
