# SPDX-License-Identifier: GPL-2.0-or-later
"""A report of two capture points: arrows slant from when a segment was sent to when it arrived, and end where it was lost."""
import pytest
from pages import data_of, report
from samples import recorded, sample
from selenium.webdriver.common.keys import Keys

ARROWS = """return Object.fromEntries([...document.querySelectorAll("g.segment .arrow")].map((arrow) => {
    const line = arrow.querySelector("line"), at = (name) => Number(line.getAttribute(name));
    return [arrow.parentNode.dataset.i, {kind: arrow.getAttribute("class"), x: [at("x1"), at("x2")], y: [at("y1"), at("y2")],
        origin: arrow.querySelector(".origin") !== null}]; }));"""


@pytest.fixture
def opened(browser, tmp_path):
    def open_pair(name):
        page = report(tmp_path, sample(name), sample(f"{name}.server"), name=f"{name}.html")
        browser.size(1366, 3000)
        browser.open(page)
        capture, stories = data_of(page)
        arrows = {int(i): arrow for i, arrow in browser.run(ARROWS).items()}
        return capture, stories[0], arrows
    return open_pair


def fates(story):
    return [None if fate is None else story["fates"][fate] for fate in story["fate"]]


def lifelines(arrows):
    ends = [x for arrow in arrows.values() for x in arrow["x"]]
    return min(ends), max(ends)


def test_arrows_slant_down_from_sender_to_receiver(opened):
    _, story, arrows = opened("half_open_crash")
    left, right = lifelines(arrows)
    assert set(arrows) == set(range(len(story["side"])))
    for i, side in enumerate(story["side"]):
        assert arrows[i]["x"] == ([left, right] if side == 0 else [right, left])
        assert arrows[i]["y"][1] > arrows[i]["y"][0]


def test_what_was_lost_ends_on_the_way(opened):
    _, story, arrows = opened("half_open_retransmit")
    left, right = lifelines(arrows)
    lost = [i for i, fate in enumerate(fates(story)) if fate and fate.startswith("lost")]
    assert len(lost) == 7 and {story["side"][i] for i in lost} == {0, 1}
    for i, arrow in arrows.items():
        assert ("lost" in arrow["kind"].split()) == (i in lost)
        assert (left < arrow["x"][1] < right) == (i in lost)
        assert arrow["x"][0] == (left if story["side"][i] == 0 else right)


def test_what_was_injected_begins_on_the_way(opened):
    _, story, arrows = opened("two_points_rst_to_both")
    left, right = lifelines(arrows)
    injected = [i for i, fate in enumerate(fates(story)) if fate and fate.startswith("injected")]
    assert len(injected) == 2
    for i, arrow in arrows.items():
        assert arrow["origin"] == (i in injected)
        assert (left < arrow["x"][0] < right) == (i in injected)
        assert arrow["x"][1] == (right if story["side"][i] == 0 else left)


def test_rows_stand_in_the_order_of_time(opened):
    _, story, arrows = opened("two_points_outage")
    sent = {i: (story["time"][i] if story["side"][i] == 0 else story["other"][i] or story["time"][i]) for i in arrows}
    by_time = sorted(arrows, key=lambda i: sent[i])
    assert sorted(arrows, key=lambda i: arrows[i]["y"][0]) == by_time


def test_points_have_letters_and_fates_name_them(browser, opened):
    capture, _, _ = opened("half_open_retransmit")
    assert browser.text("#masthead strong") == "A: {} → B: {}".format(*capture["points"])
    assert any("lost between A and B" in text for text in browser.texts("g.segment .numbers"))


def test_a_segment_that_the_first_point_did_not_see_is_a_step_with_an_address(browser, opened):
    _, story, _ = opened("half_open_retransmit")
    unseen = [i for i, frame in enumerate(story["frame"]) if frame is None]
    assert unseen
    browser.size(1366, 768)
    browser.press(*[Keys.ARROW_RIGHT] * (unseen[0] + 1))
    assert browser.text(".details h2").startswith(f"Frame {story['other_frame'][unseen[0]]} at the far point: ")
    browser.wait_for("location.hash === arguments[0]", f"#conn=0&step={unseen[0] + 1}")
    browser.run("location.hash = arguments[0]", f"#conn=0&step={unseen[1] + 1}")
    browser.wait_for("document.querySelector('.where').textContent.startsWith(arguments[0])", f"{unseen[1] + 1} of")


@pytest.mark.versions
def test_every_pair_of_samples_can_be_stepped_through(browser, tmp_path):
    names = [path.name.removesuffix(".server.pcapng") for path in recorded() if path.name.endswith(".server.pcapng")]
    assert len(names) > 40
    for name in names:
        page = report(tmp_path, sample(name), sample(f"{name}.server"), name=f"{name}.html")
        browser.open(page, "#conn=0")
        _, stories = data_of(page)
        steps = len(stories[0]["side"])
        browser.run("for (let i = 0; i < arguments[0]; ++i)"
                    "    document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))", steps)
        assert browser.text(".where") == f"{steps} of {steps}", name
        assert browser.complaints() == [], name


def test_what_both_points_together_say_leads(browser, opened):
    capture, _, _ = opened("two_points_rst_to_both")
    told = [finding["text"] for finding in capture["findings"] if 0 in finding["connections"]]
    assert any("injected between A and B" in text for text in told)
    assert [text.split(": ", 1)[1] for text in browser.texts(".path li")] == told


def test_each_step_is_within_the_window(browser, opened):
    _, story, _ = opened("half_open_retransmit")
    browser.size(1366, 768)
    for _ in story["side"]:
        browser.press(Keys.ARROW_RIGHT)
        top, bottom = browser.each("g.segment.now .flags", "[e.getBoundingClientRect().top, e.getBoundingClientRect().bottom]")[0]
        assert 0 < top and bottom < 768
        assert browser.one(".controls").is_displayed()
