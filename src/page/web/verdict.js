// SPDX-License-Identifier: GPL-2.0-or-later
// What leads the page of a connection: who it is between, and what became of it.
import {html} from "./dom.js";
import {plural} from "./words.js";
import {colourOf, socket, value} from "./data.js";
import {severitySign, severityWord, swatch} from "./glyphs.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */

/** @param {Capture} capture @param {number} row */
export function heading(capture, row) {
    const conn = value(capture, row, "conn"),
        near = [row - 1, row + 1].filter((other) => other >= 0 && other < capture.connections.length);
    return html(
        "div",
        {class: "title"},
        html(
            "h1",
            {},
            html("span", {class: "conn"}, `Connection ${conn} `),
            html(
                "span",
                {class: "ends"},
                socket(capture, row, "client"),
                html("span", {class: "to"}, " → "),
                socket(capture, row, "server"),
            ),
        ),
        html(
            "nav",
            {class: "trail", "aria-label": "Connections"},
            html("a", {href: "#capture"}, "All connections"),
            ...near.map((other) =>
                html("a", {href: `#conn=${value(capture, other, "conn")}`}, other < row ? "← previous" : "next →"),
            ),
        ),
    );
}

/** So many are shown at once; the worst come first. */
const AT_ONCE = 3;

/** What several points together say of the connection, which one alone cannot know. @param {Capture} capture @param {number} row */
function pathFindings(capture, row) {
    const conn = value(capture, row, "conn");
    const items = capture.findings
        .filter((finding) => finding.connections.includes(conn))
        .map(({severity, text}) =>
            html("li", {}, severitySign(severity), html("span", {}, html("b", {}, severityWord(severity)), `: ${text}`)),
        );
    if (!items.length) return null;
    const rest = items.slice(AT_ONCE);
    return html(
        "div",
        {class: "path"},
        html("ul", {class: "happened"}, ...items.slice(0, AT_ONCE)),
        rest.length > 0 &&
            html("details", {}, html("summary", {}, plural(rest.length, "more finding")), html("ul", {class: "happened"}, ...rest)),
    );
}

/** @param {Capture} capture @param {number} row @param {Story | null} story */
export function verdict(capture, row, story) {
    const outcome = value(capture, row, "outcome"),
        cause = value(capture, row, "rst_cause"),
        {outcomes, causes} = capture.vocabulary;
    return html(
        "div",
        {class: "verdict"},
        html(
            "p",
            {class: "badges"},
            swatch(colourOf(outcomes, outcome), outcome),
            cause && cause !== outcome ? swatch(colourOf(causes, cause), `RST: ${cause}`) : null,
        ),
        html(
            "p",
            {class: "lead"},
            story?.verdict || value(capture, row, "sentence") || outcomes.find((word) => word.name === outcome)?.meaning || "",
        ),
        capture.points.length > 1 ? pathFindings(capture, row) : null,
    );
}
