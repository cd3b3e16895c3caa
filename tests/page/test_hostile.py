# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever a capture says stays text: names of files, words in RSTs, values of fields."""
import shutil

import pytest
from pages import data_of, page_with, report
from samples import sample

ATTACKS = ("</script><script>window.hacked = 1</script>", "<img src=x onerror='window.hacked = 1'>", "\"><svg onload='window.hacked = 1'>",
           "javascript:window.hacked = 1", "<!--", "]]>", "\u2028\u2029\u0000\ufffd\u202e",
           "${window.hacked = 1}", "{{hacked}}", "__proto__", "constructor")
ATTACK = " ".join(ATTACKS)


def spoiled(value):
    """The same data with the attack in every text."""
    if isinstance(value, str):
        return value + ATTACK
    if isinstance(value, list):
        return [spoiled(each) for each in value]
    if isinstance(value, dict):
        return {key: each if key in ("name", "type", "severity") else spoiled(each) for key, each in value.items()}
    return value


def unharmed(browser):
    assert browser.run("return window.hacked") is None
    assert browser.all("img, iframe, object, embed, main script, svg[onload], [onerror], [src]") == []
    assert browser.run("return Object.keys(Object.prototype)") == []


@pytest.mark.parametrize("name", ["mixed", "half_open_crash", "rst_with_words", "forged_rst_in_window"])
def test_attacks_in_every_text_of_the_data(browser, page, tmp_path, name):
    capture, stories = data_of(page(name))
    bad = page_with(tmp_path, spoiled(capture) | {"remarks": [ATTACK], "points": [ATTACK, ATTACK]}, spoiled(stories))
    browser.open(bad, "#capture")
    unharmed(browser)
    assert ATTACKS[1] in browser.text(".remarks")
    assert ATTACKS[1] in browser.text("#masthead")
    assert ATTACKS[1] in browser.driver.title
    for conn in list(stories)[:5]:
        browser.run("location.hash = `#conn=${arguments[0]}`", conn)
        browser.wait_for("document.querySelector('.connection h1') !== null")
        for _ in range(12):
            browser.run("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))")
        unharmed(browser)
        assert ATTACKS[0] in browser.text(".verdict")


def test_an_attack_in_the_address(browser, page):
    browser.open(page("mixed"), "#conn=<img src=x onerror='window.hacked=1'>&frame=%3Csvg%20onload%3Dalert(1)%3E")
    unharmed(browser)


def test_a_colour_that_is_no_colour_is_not_used(browser, page, tmp_path):
    capture, stories = data_of(page("mixed"))
    for word in capture["vocabulary"]["outcomes"] + capture["vocabulary"]["causes"]:
        word["colour"] = "red;background:url(https://example.net/x)"
    browser.open(page_with(tmp_path, capture, stories))
    assert browser.run("return document.querySelectorAll('.swatch:not(.none)').length") == 0
    unharmed(browser)


def test_a_file_with_a_hostile_name(browser, tmp_path):
    name = "<img src=x onerror=window.hacked=1> & \"'.pcapng"
    shutil.copy(sample("half_open_crash"), tmp_path / name)
    browser.open(report(tmp_path, tmp_path / name))
    assert name in browser.text("#masthead")
    unharmed(browser)


def test_words_in_a_rst_are_shown_as_they_are(browser, page):
    capture, stories = data_of(page("rst_with_words"))
    browser.open(page("rst_with_words"), f"#conn=0&frame={stories[0]['frame'][stories[0]['resets'][0]['at']]}")
    unharmed(browser)
    assert "RST" in browser.text(".details h2")
