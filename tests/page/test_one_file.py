# SPDX-License-Identifier: GPL-2.0-or-later
"""The page as a file: alone, small, and closed to everything that is not its own script."""
import base64
import hashlib
import re

from pages import data_of, template


def test_the_page_without_data_is_below_150_kilobytes():
    text, marker = template()
    assert len(text.encode()) < 150_000
    assert text.count(marker) == 1


def test_the_program_carries_the_page_of_these_sources(page):
    text, marker = template()
    before, after = text.split(marker)
    made = page("normal_close").read_text()
    assert made.startswith(before)
    assert made.endswith(after)


def test_the_policy_allows_one_script_and_one_style_and_nothing_else(page):
    text = page("mixed").read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    styles = re.findall(r"<style>(.*?)</style>", text, re.S)
    assert (len(scripts), len(styles)) == (1, 1)
    hashed = [f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in (*scripts, *styles)]
    assert [rules.pop("script-src"), rules.pop("style-src")] == hashed
    assert rules == {"default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}


def test_the_page_names_nothing_to_load(page):
    text = page("mixed").read_text()
    markup = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert re.findall(r'(?:src|href|action)="([^"#][^"]*)"', markup) == ["data:,"]
    assert re.findall(r"@import|url\((?!#)", text) == []
    assert "innerHTML" not in text and "outerHTML" not in text and "insertAdjacentHTML" not in text


def test_a_page_without_script_says_so(page):
    assert "scripts are switched off" in page("mixed").read_text()


def test_the_data_stand_in_the_page_as_they_are(page, browser):
    capture, stories = data_of(page("mixed"))
    assert len(capture["connections"]) == len(stories) == 12
    browser.open(page("mixed"))
    assert browser.driver.title == "mixed.pcapng – TCP State"


def test_a_page_of_another_version_says_so(browser, tmp_path):
    text, marker = template()
    other = tmp_path / "other.html"
    other.write_text(text.replace(marker, '<script type="application/json" id="capture">{"format": 99}</script>'))
    browser.open(other)
    assert "another version" in browser.text("main")
