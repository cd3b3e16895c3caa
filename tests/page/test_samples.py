# SPDX-License-Identifier: GPL-2.0-or-later
"""Every recorded capture: stepping through its connections shows what the plugin's fields say, on every frame."""
import concurrent.futures
import json
import os

import pytest
from pages import report
from program import out
from samples import recorded, sample

NAMES = sorted(path.name.removesuffix(".pcapng") for path in recorded() if path.name.endswith(".pcapng"))
PART = 30

# Steps through all connections of the page; what could be read at each step.
WALK = """
const done = arguments[0], read = [], later = () => new Promise((go) => setTimeout(go, 0));
(async () => {
    const conns = JSON.parse(document.getElementById("capture").textContent).connections.map((row) => row[0]);
    for (const conn of conns) {
        location.hash = `#conn=${conn}`;
        while (!document.querySelector(".conn")?.textContent.startsWith(`Connection ${conn} `)) await later();
        for (let before = ""; ; ) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
            const where = document.querySelector(".where").textContent;
            if (where === before) break;
            before = where;
            read.push([conn, Number(/^Frame (\\d+):/.exec(document.querySelector(".details h2").textContent)[1]),
                ...[...document.querySelectorAll("figure.machine figcaption b")].map((b) => b.textContent),
                [...document.querySelectorAll(".happened li")].map((li) => li.dataset.event),
                [...document.querySelectorAll(".rule .move + .why")].map((why) => why.textContent)]);
        }
    }
    done(read);
})();
"""


def expected(name):
    """What the fields of the plugin say, in order."""
    rows = [json.loads(line) for line in out("segments", "--json", sample(name)).splitlines()]
    listed = lambda value: [] if value is None else value if isinstance(value, list) else [value]
    found = []
    for row in rows:
        states = [row[f"tcpstate.{side}.state"] + (" (presumed)" if row.get(f"tcpstate.{side}.presumed") else "")
                  for side in ("client", "server")]
        moved = [(change.split()[0], why) for change, why in zip(listed(row.get("tcpstate.transition")), listed(row.get("tcpstate.rule")))]
        rules = [why for side in ("client", "server") for who, why in moved if who == side]
        found.append([row["tcpstate.conn"], row["frame.number"], *states, listed(row.get("tcpstate.event")), rules])
    return sorted(found, key=lambda row: row[:2])


def each(function, names):
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        return dict(zip(names, pool.map(function, names)))


def shows(row):
    """What a step shows that another may not."""
    client, server, events, rules = row[2:]
    return {(client, server), *events, *rules}


def few_that_show_all(wanted):
    """Of these captures some that show together whatever any of them shows: always the one that adds most."""
    shown_by = {name: set().union(*map(shows, rows)) for name, rows in wanted.items()}
    missing, chosen = set().union(*shown_by.values()), []
    while missing:
        chosen.append(max(shown_by, key=lambda name: len(shown_by[name] & missing)))
        missing -= shown_by[chosen[-1]]
    return chosen


def step_through(browser, folder, names, wanted):
    pages = each(lambda name: report(folder, sample(name), name=f"{name}.html"), names)
    for name in names:
        browser.open(pages[name], "#capture")
        shown = browser.driver.execute_async_script(WALK)
        assert sorted(shown, key=lambda row: row[:2]) == wanted[name], name
        assert browser.complaints() == [], name


def test_every_pair_of_states_every_event_and_every_rule_is_shown_as_the_fields_say(browser, tmp_path):
    wanted = each(expected, NAMES)
    few = few_that_show_all(wanted)
    step_through(browser, tmp_path, few, wanted)


@pytest.mark.versions
@pytest.mark.parametrize("part", range(0, len(NAMES), PART))
def test_every_step_shows_what_the_fields_say(browser, tmp_path, part):
    names = NAMES[part:part + PART]
    step_through(browser, tmp_path, names, each(expected, names))
