# SPDX-License-Identifier: GPL-2.0-or-later
"""A hundred thousand connections, and a connection of a hundred thousand segments: only what is visible exists."""
import pytest
from pages import data_of, only_columns, page_with
from selenium.webdriver.common.keys import Keys

MANY = 100_000
SLOW = 2.5      # seconds that nothing may take; on an idle machine each takes a tenth


@pytest.fixture(scope="module")
def many_connections(page, tmp_path_factory):
    capture, _ = data_of(page("mixed"))
    columns, row = only_columns(capture, {"conn", "client", "client_port", "server", "server_port", "start", "duration", "outcome",
                                          "rst_cause", "close_idle"})
    outcomes = ("closed", "crashed", "aborted", "closed", "closed")
    rows = [row(conn=i, client=f"10.0.{i >> 8 & 255}.{i & 255}", client_port=1024 + i % 60000, server="10.9.9.9", server_port=443,
                start=capture["first"] + i * 0.01, duration=1 + i % 977, outcome=outcomes[i % 5], rst_cause="crash" if i % 5 == 1 else None,
                close_idle=350.1 if i % 10 == 1 else 0.001 * (1 + i % 5000)) for i in range(MANY)]
    capture |= {"columns": columns, "connections": rows, "last": capture["first"] + MANY * 0.01, "packets": 20 * MANY,
                "findings": [{"severity": "error", "text": "20,000 connections crashed", "count": 20000,
                              "connections": list(range(1, 5000, 5))}]}
    return page_with(tmp_path_factory.mktemp("many"), capture, {})


@pytest.fixture(scope="module")
def many_segments(page, tmp_path_factory):
    capture, stories = data_of(page("half_closed_transfer"))
    story = stories[0]
    grown, middle = MANY - len(story["frame"]), 5       # the ACK of the first data, again and again
    for name in ("frame", "time", "side", "flags", "seq", "ack", "len", "win", "states", "mark"):
        column = story[name]
        story[name] = column[:middle] + [column[middle - 1]] * grown + column[middle:]
    story["frame"] = list(range(1, MANY + 1))
    story["time"] = [i * 1000 for i in range(MANY)]
    moved = lambda i: i if i < middle else i + grown
    story["more"] = {str(moved(int(i))): more for i, more in story["more"].items()}
    story["runs"] = [[field, moved(first), moved(last), value] for field, first, last, value in story["runs"]]
    story["half_closed"] = [each | {"since": moved(each["since"]), "until": moved(each["until"])} for each in story["half_closed"]]
    return page_with(tmp_path_factory.mktemp("long"), capture, {0: story})


def seconds(browser, script, *arguments):
    """What a script takes until the next frame is drawn."""
    before = "const done = arguments[arguments.length - 1], start = performance.now();"
    after = "; requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));"
    return browser.driver.execute_async_script(before + script + after, *arguments)


def test_a_hundred_thousand_rows_scroll(browser, many_connections):
    browser.open(many_connections)
    rows = "return document.querySelectorAll('.connections tbody tr').length"
    assert 10 < browser.run(rows) < 100
    scroll = "const s = document.querySelector('.scroll.virtual'); s.scrollTop = arguments[0] * s.scrollHeight"
    for part in (0.25, 0.5, 0.99, 1):
        assert seconds(browser, scroll, part) < SLOW
        browser.settled()
        assert 10 < browser.run(rows) < 100
    assert browser.texts(".connections tbody a")[-1] == str(MANY - 1)
    assert browser.one("table.virtual").get_attribute("aria-rowcount") == str(MANY + 1)
    assert browser.all(".connections tbody tr[aria-rowindex]")[-1].get_attribute("aria-rowindex") == str(MANY + 1)


def test_a_hundred_thousand_rows_are_filtered_as_one_types(browser, many_connections):
    browser.open(many_connections)
    type_in = "const f = document.querySelector('#filter'); f.value = arguments[0]; f.dispatchEvent(new Event('input'))"
    assert seconds(browser, type_in, "10.0.3") < SLOW
    for text, found in (("10.0.3.7", 1 + 11 + 11 * 5), ("outcome=crashed", MANY // 5), ("10.0.0.1 outcome=crashed", None)):
        assert seconds(browser, type_in, text) < SLOW
        if found and "=" in text:
            assert browser.text(".found").startswith(f"{found:,} of")
    assert seconds(browser, "document.querySelector('[data-sort=duration]').click()") < SLOW


def test_arrow_keys_reach_the_last_of_a_hundred_thousand_rows(browser, many_connections):
    browser.open(many_connections)
    browser.run("document.querySelector(\".connections tbody a[tabindex='0']\").focus()")
    browser.press(Keys.END)
    assert browser.focused().text == str(MANY - 1)
    browser.press(Keys.ARROW_UP)
    assert browser.focused().text == str(MANY - 2)


def test_a_peak_among_many_is_found(browser, many_connections):
    browser.open(many_connections)
    told = "10,000 connections after about 5 min 50 s of silence: consistent with"
    assert [text[:len(told)] for text in browser.texts(".consistent li")].count(told) == 1


def test_many_connections_are_printed_up_to_a_bound(browser, many_connections):
    browser.open(many_connections)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.text(".connections .print-note") == "300 of 100000 rows are printed."
    assert browser.run("return document.querySelectorAll('.connections tbody tr').length") == 300
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.run("return document.querySelectorAll('.connections tbody tr').length") < 100


def test_a_connection_of_a_hundred_thousand_segments_scrolls(browser, many_segments):
    browser.open(many_segments)
    arrows = "return document.querySelectorAll('g.segment').length"
    assert 5 < browser.run(arrows) < 80
    for part in (0.3, 0.7, 1):
        assert seconds(browser, "const s = document.querySelector('div.ladder'); s.scrollTop = arguments[0] * s.scrollHeight", part) < SLOW
        browser.settled()
        assert 5 < browser.run(arrows) < 80
        assert len(browser.texts("svg.ladder .band text")) >= 2, "the state must be named wherever one looks"
    assert browser.run("return [...document.querySelectorAll('g.segment')].pop().dataset.i") == str(MANY - 1)


def test_steps_among_a_hundred_thousand_segments(browser, many_segments):
    browser.open(many_segments)
    assert seconds(browser, "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}))") < SLOW
    assert browser.text(".where") == "100,000 of 100,000"
    assert browser.one("g.segment.now").get_attribute("data-i") == str(MANY - 1)
    for _ in range(50):
        assert seconds(browser, "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true}))") < SLOW
    assert browser.text(".where") == "99,950 of 100,000"


def test_a_long_connection_is_printed_up_to_a_bound(browser, many_segments):
    browser.open(many_segments)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.text(".ladder-box .print-note") == "120 of 100,000 segments are printed."
    assert set(map(int, browser.each("g.segment", "e.dataset.i"))) == set(range(120))
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.run("return document.querySelectorAll('g.segment').length") < 80
