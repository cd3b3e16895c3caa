// SPDX-License-Identifier: GPL-2.0-or-later
// The page of a capture: what is wrong, when, and in which connections.
import {html} from "./dom.js";
import {count, plural} from "./words.js";
import {severitySign, severityWord, severity} from "./glyphs.js";
import {allMarks, score} from "./answers.js";
import {titleOf, value} from "./data.js";
import {connectionTable} from "./connections.js";
import {eventPlot} from "./over_time.js";
import {idlePlot, lifetimePlot} from "./plots.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Finding} Finding */

/** So many findings are shown at once; they come in the order of their severity. */
const AT_ONCE = 8;

/** @param {Finding} finding @param {(button: HTMLElement) => void} choose */
function findingItem(finding, choose) {
    const inside = [
        severitySign(finding.severity),
        html("span", {class: "word"}, severityWord(finding.severity)),
        html("span", {class: "text"}, finding.text),
    ];
    if (!finding.connections.length)
        return html("li", {class: `finding ${severity(finding.severity)}`}, html("div", {}, ...inside));
    return html(
        "li",
        {class: `finding ${severity(finding.severity)}`},
        html(
            "button",
            {
                type: "button",
                "aria-pressed": "false",
                click: (/** @type {Event} */ e) => choose(/** @type {HTMLElement} */ (e.currentTarget)),
            },
            ...inside,
            html("span", {class: "count", "aria-hidden": "true"}, `show ${count(finding.count)}`),
        ),
    );
}

/** @param {Capture} capture */
export function overview(capture) {
    const table = connectionTable(capture);
    const findings = capture.hide_answers ? [] : capture.findings;
    /** @type {HTMLElement[]} */
    const items = findings.map((finding) =>
        findingItem(finding, (button) => {
            const pressed = button.getAttribute("aria-pressed") === "true";
            list.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", "false"));
            if (pressed) {
                table.choose(null, "");
                return;
            }
            button.setAttribute("aria-pressed", "true");
            const more = finding.count > finding.connections.length ? ` (the first ${count(finding.connections.length)})` : "";
            table.choose(new Set(finding.connections), finding.text + more);
        }),
    );
    const list = html(
        "div",
        {class: "findings"},
        html("ul", {}, ...items.slice(0, AT_ONCE)),
        items.length > AT_ONCE &&
            html(
                "details",
                {},
                html("summary", {}, plural(items.length - AT_ONCE, "more finding")),
                html("ul", {}, ...items.slice(AT_ONCE)),
            ),
    );
    table.whenCleared(() => list.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", "false")));
    /** @param {number[]} rows @param {string} title */
    const choose = (rows, title) => {
        list.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", "false"));
        table.choose(new Set(rows.map((row) => value(capture, row, "conn"))), title);
        table.element.scrollIntoView({block: "start"});
    };
    const plots =
        capture.connections.length < 2
            ? []
            : [
                  ...(capture.hide_answers ? [] : [idlePlot(capture, choose), eventPlot(capture, choose)]),
                  lifetimePlot(capture, choose),
              ];
    const pictures = plots.filter((plot) => plot !== null);
    const element = html(
        "div",
        {class: "capture"},
        html("h1", {}, capture.hide_answers ? "Which states are they in?" : "What happened in this capture"),
        findings.length ? html("section", {"aria-label": "Findings"}, list) : null,
        capture.remarks.length
            ? html(
                  "section",
                  {class: "remarks"},
                  html("h2", {}, "About the capture itself"),
                  html("ul", {}, ...capture.remarks.map((remark) => html("li", {}, remark))),
              )
            : null,
        capture.hide_answers &&
            html(
                "p",
                {class: "lead"},
                "Open a connection, step through its segments, say in which state each end is, and answer the questions about it. ",
                `There ${capture.connections.length === 1 ? "is" : "are"} ${plural(capture.connections.length, "connection")}.`,
                allMarks().length > 0 && html("span", {class: "score"}, ` ${score(allMarks())}.`),
            ),
        table.element,
        capture.left_out
            ? html(
                  "p",
                  {class: "left-out"},
                  `The segments of ${plural(capture.left_out, "connection")} are not in this page, which would be too large; `,
                  html("code", {}, "tcpstate report --conn"),
                  " shows them.",
              )
            : null,
        pictures.length ? html("section", {class: "plots", "aria-label": "Pictures of all connections"}, ...pictures) : null,
    );
    return {element, title: titleOf(capture), close: table.close};
}
