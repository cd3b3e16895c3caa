# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a connection: verdict, ladder, state machines, details and evidence."""
import json
import re

from pages import data_of
from selenium.webdriver.common.keys import Keys
from state_machine import FIGURE_5

RIGHT, LEFT = Keys.ARROW_RIGHT, Keys.ARROW_LEFT
# What an observer needs besides: it may come late, and RFC 9293 3.10.7.4 and figure 13 have what figure 5 leaves out.
OURS = {("UNKNOWN", "ESTABLISHED"), ("SYN-RECEIVED", "CLOSE-WAIT"), ("CLOSE-WAIT", "CLOSING")}
STATES = "figure.machine figcaption b"


def test_seven_steps_tell_who_died_who_did_not_know_and_what_told(browser, page):
    browser.open(page("half_open_crash"))
    told = []
    for _ in range(7):
        browser.press(RIGHT)
        told.append((browser.text(".details h2"), browser.texts(STATES), browser.texts(".aside")))
    assert [heading.split(":")[0] for heading, _states, _asides in told] == [f"Frame {n}" for n in range(1, 8)]
    assert told[4][2] == ["The last sign of life of the server. After it the server is gone, and nobody tells the client."]
    assert told[5][1] == ["ESTABLISHED", "ESTABLISHED"]
    assert told[5][2] == ["The server has been silent since frame 5. The client does not know that it is gone, and learns it in frame 7."]
    assert told[6][0].startswith("Frame 7: RST server → client")
    assert told[6][2] == ["This tells the client: the server no longer knows the connection. It had been gone since frame 5."]
    assert told[6][1] == ["CLOSED (presumed)", "CLOSED"]


def test_the_verdict_leads(browser, page):
    _, stories = data_of(page("half_open_crash"))
    browser.open(page("half_open_crash"))
    assert browser.text(".verdict .lead") == stories[0]["verdict"] != ""
    assert browser.texts(".verdict .named") == ["crashed", "RST: crash"]
    assert browser.run("return document.querySelector('.verdict').compareDocumentPosition(document.querySelector('svg.ladder')) & 4") == 4


def arrows(browser):
    """(index, kind, flags, numbers) of each segment that is drawn."""
    return browser.each("g.segment", "[e.dataset.i, e.querySelector('.arrow').getAttribute('class'),"
                                     "e.querySelector('.flags').textContent, e.querySelector('.numbers')?.textContent ?? '']")


def test_arrows_say_flags_numbers_and_length(browser, page):
    browser.open(page("half_open_crash"))
    assert [(flags, numbers) for _i, _kind, flags, numbers in arrows(browser)] == [
        ("SYN", "seq 0"), ("SYN,ACK", "seq 0 · ack 1"), ("ACK", "seq 1 · ack 1"),
        ("PSH,ACK · 5 B", "seq 1:6 · ack 1"), ("ACK", "seq 1 · ack 6"),
        ("PSH,ACK · 5 B", "seq 6:11 · ack 1"), ("RST · crash", "seq 1")]


def test_arrows_differ_by_shape(browser, page):
    def found():
        heads = browser.each("g.segment .arrow", "[e.getAttribute('class'), "
                             "e.querySelector('.head').getAttribute('d').replace(/[-0-9. ]+/g, ''),"
                             "getComputedStyle(e.querySelector('line')).strokeDasharray]")
        return {kind: (head, dash) for kind, head, dash in heads}

    browser.size(1366, 2000)
    browser.open(page("forged_rst_in_window"))
    assert found()["arrow"] == ("MLLz", "none")
    assert found()["arrow rst"][0] == "MLML"             # a cross
    assert found()["arrow challenge"][0] == "MLLMLL"     # two heads
    browser.open(page("half_open_retransmit"))
    assert found()["arrow again"] == ("MLLz", "7px, 4px")
    assert "retransmission" in " ".join(browser.texts("g.segment .numbers"))


def bands(browser):
    """(state, its top, its bottom, hatched) of what is drawn, for each side."""
    drawn = browser.each("svg.ladder g.band", "[e.querySelector('text')?.textContent, ...['x', 'y', 'height'].map((name) => "
                         "Number(e.querySelector('rect').getAttribute(name))), e.querySelector('[fill=\"url(#hatch)\"]') !== null]")
    left = min(x for _text, x, _y, _h, _hatched in drawn)
    return [[(text, y, y + h, hatched) for text, x, y, h, hatched in drawn if (x == left) == (side == 0)] for side in (0, 1)]


def test_bands_are_the_states_and_presumed_ones_are_hatched(browser, page):
    browser.size(1366, 2000)
    browser.open(page("half_closed_transfer"))
    client, server = bands(browser)
    assert [text for text, *_ in client] == [
        "UNKNOWN", "SYN-SENT", "ESTABLISHED?", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2?", "FIN-WAIT-2", "TIME-WAIT?", "TIME-WAIT"]
    for side in (client, server):
        assert all(hatched == text.endswith("?") for text, _top, _bottom, hatched in side)
        assert all(abs(before[2] - after[1]) < 0.1 for before, after in zip(side, side[1:]))


def test_the_silent_interval_is_shaded_from_the_last_sign_of_life_to_the_discovery(browser, page):
    browser.open(page("half_open_crash"))

    def place(selector):
        top, height = browser.each(selector, "['y', 'height'].map((name) => Number(e.getAttribute(name)))")[0]
        return top, top + height

    heights = lambda: browser.each("g.segment .arrow line", "Number(e.getAttribute('y1'))")
    y = heights()
    assert place(".shade.silent rect") == (y[4], y[6])
    assert browser.texts(".note.silent") == ["the server is gone; the client does not know"]
    browser.size(1366, 3000)
    browser.open(page("half_closed_transfer"))
    y = heights()
    flags = browser.texts("g.segment .flags")
    fins = [i for i, text in enumerate(flags) if "FIN" in text]
    assert place(".shade.halved rect") == (y[fins[0]], y[fins[1]])


def test_long_gaps_are_cut_and_labelled(browser, page):
    browser.open(page("half_open_crash"))
    _, stories = data_of(page("half_open_crash"))
    time = stories[0]["time"]
    assert browser.texts("svg.ladder .gap text") == [f"{(time[5] - time[4]) / 1e6:.2f} s later"]


def test_machines_name_the_rule_and_its_section(browser, page):
    browser.open(page("half_open_crash"))
    browser.press(RIGHT)
    client, server = browser.all("figure.machine")
    assert client.find_element("css selector", ".rule").text == "UNKNOWN → SYN-SENT\nRFC 9293 3.10.1: an active OPEN sends SYN"
    assert server.find_element("css selector", ".rule").text == "no change so far"
    browser.press(RIGHT)
    assert "RFC 9293 3.10.7.2: a listener answers SYN with SYN,ACK" in server.text
    assert client.find_elements("css selector", ".taken.fresh.presumed")
    assert server.find_elements("css selector", ".taken.fresh.observed")


def test_machines_have_every_state_and_the_arrows_of_figure_5(browser, page):
    capture, _ = data_of(page("half_open_crash"))
    browser.open(page("half_open_crash"))
    names = browser.texts("figure.machine:first-child .state text")
    assert sorted(names) == sorted(state["name"] for state in capture["vocabulary"]["states"])
    edges = browser.each("figure.machine:first-child g.edge", "e.dataset.edge.split(' ')")
    assert {tuple(edge) for edge in edges} == FIGURE_5 | OURS


def test_steps_by_keys_buttons_slider_and_click_agree(browser, page):
    browser.open(page("half_open_crash"))
    where = lambda: (browser.text(".where"), browser.one("input[type=range]").get_attribute("value"))
    browser.press(RIGHT, RIGHT, RIGHT)
    assert where() == ("3 of 7", "3")
    browser.press(LEFT)
    assert where() == ("2 of 7", "2")
    browser.press(Keys.END)
    assert where() == ("7 of 7", "7")
    browser.press(RIGHT)
    assert where() == ("7 of 7", "7")
    browser.press(Keys.HOME)
    assert where() == ("1 of 7", "1")
    browser.one("[aria-label=Next]").click()
    assert where() == ("2 of 7", "2")
    browser.one("[aria-label='Last segment']").click()
    assert where() == ("7 of 7", "7")
    browser.one("input[type=range]").send_keys(LEFT)
    assert where() == ("6 of 7", "6")
    browser.run("document.querySelector('g.segment[data-i=\"3\"] .flags').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert where() == ("4 of 7", "4")
    assert "Frame 4" in browser.text(".details h2")


def test_play_goes_on_by_itself_and_stops(browser, page):
    browser.open(page("half_open_crash"))
    browser.press(Keys.END, LEFT, LEFT)
    browser.one(".play").click()
    assert browser.text(".play") == "Pause"
    browser.wait_for("document.querySelector('.where').textContent === '7 of 7'")
    browser.wait_for("document.querySelector('.play').textContent === 'Play'")


def test_an_address_leads_to_a_step_and_a_step_has_an_address(browser, page):
    browser.open(page("mixed"), "#conn=4&frame=70")
    assert browser.text(".details h2").startswith("Frame 70:")
    browser.press(RIGHT)
    browser.wait_for("location.hash === '#conn=4&frame=71'")
    browser.run("location.hash = '#conn=0'")
    browser.wait_for("document.querySelector('h1').textContent.includes('Connection 0 ')")
    assert browser.text(".where").startswith("Start")
    for odd in ("#conn=99", "#conn=x", "#frame=3", "#%zz=&&=", "#conn=4&frame=9999"):
        browser.run("location.hash = arguments[0]", odd)
        browser.settled()
        assert browser.text("main h1")


def test_the_evidence_of_a_rst_has_its_numbers_and_a_number_line(browser, page):
    _, stories = data_of(page("forged_rst_in_window"))
    reset = stories[0]["resets"][0]
    browser.open(page("forged_rst_in_window"))
    text = browser.text(".reset")
    for value in (reset["kind"], reset["effect"], reset["cause"], reset["explanation"], *reset["alternatives"]):
        assert value in text
    line = reset["line"]
    assert line["rcv_nxt"] < line["seq"] < line["window_end"]
    assert f"The number is {line['seq'] - line['rcv_nxt']} beyond the next number expected, inside the window." in text
    seq = browser.each("path.seq", "Number(/^M([0-9.]+)/.exec(e.getAttribute('d'))[1])")[0]
    low, width = browser.each(".window", "['x', 'width'].map((name) => Number(e.getAttribute(name)))")[0]
    assert low < seq < low + width


def test_the_evidence_leads_to_the_step(browser, page):
    browser.open(page("half_open_crash"))
    frame = browser.texts(".reset button")
    browser.all(".reset button")[-1].click()
    assert browser.text(".details h2").startswith(f"F{frame[-1][1:]}:")


def test_the_ladder_as_a_table_says_the_same(browser, page):
    _, stories = data_of(page("half_open_crash"))
    browser.open(page("half_open_crash"))
    browser.run("[...document.querySelectorAll('details')].forEach((d) => { d.open = true; })")
    browser.settled()
    rows = browser.each("table.virtual tbody tr:not(.space)", "[...e.cells].map((cell) => cell.textContent)")
    assert [int(row[0]) for row in rows] == stories[0]["frame"]
    assert [row[6:8] for row in rows] == [["SYN-SENT", "UNKNOWN"], ["ESTABLISHED?", "SYN-RECEIVED"], ["ESTABLISHED", "ESTABLISHED?"],
                                          ["ESTABLISHED", "ESTABLISHED?"], ["ESTABLISHED", "ESTABLISHED"], ["ESTABLISHED", "ESTABLISHED"],
                                          ["CLOSED?", "CLOSED"]]


def test_an_icmp_error_is_a_step_that_has_no_numbers(browser, page):
    browser.size(1366, 2500)
    browser.open(page("icmp_port_unreachable"))
    found = [row for row in arrows(browser) if "icmp" in row[1]]
    assert found and all(re.fullmatch("ICMP port-unreachable", flags) and numbers == "" for _i, _kind, flags, numbers in found)


def test_true_states_of_an_experiment_stand_beside_the_inferred_ones(browser, page, tmp_path):
    states = {"frames": {"1": ["SYN-SENT", "LISTEN"], "5": ["ESTABLISHED", "ESTABLISHED"], "6": ["ESTABLISHED", "CLOSED"]},
              "between": {"5": ["ESTABLISHED", "CLOSED"]}}
    recorded = f'<script type="application/json" id="truth">{json.dumps({"source": "the kernel"} | states)}</script>'
    capture = '<script type="application/json" id="capture">'
    experiment = tmp_path / "experiment.html"
    experiment.write_text(page("half_open_crash").read_text().replace(capture, recorded + capture))
    browser.open(experiment, "#conn=0&frame=1")
    text = browser.text(".details dl")
    assert "true state of the client (the kernel)SYN-SENT" in text
    assert "true state of the server (the kernel)LISTENPhase" in text, "what is unknown is not wrong"
    browser.press(RIGHT)
    assert "true state" not in browser.text(".details dl")
    browser.open(experiment, "#conn=0&frame=6")
    assert "true state of the server (the kernel)CLOSED ≠ inferred: ESTABLISHED" in browser.text(".details dl")
    wrong = browser.each("g.true-band.differs title", "e.textContent")
    assert wrong == ["true state: CLOSED, other than inferred"], "from the crash to the RST"
