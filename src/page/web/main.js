// SPDX-License-Identifier: GPL-2.0-or-later
// One page for the capture and one for each connection; the address says which, and at which step.
import {html} from "./dom.js";
import {plural, instant, duration} from "./words.js";
import {readCapture, place, pointNames, titleOf} from "./data.js";
import {definitions} from "./glyphs.js";
import {overview} from "./overview.js";
import {connectionPage} from "./connection.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {{element: HTMLElement, title: string, close: () => void, goTo?: (frame: number | null, step: number | null) => void}} View */

/** @param {string} hash @returns {{conn: number | null, frame: number | null, step: number | null, capture: boolean}} */
function address(hash) {
    /** @type {Object<string, string>} */
    const parts = {};
    for (const part of hash.replace(/^#/, "").split("&")) {
        const [name, value] = part.split("=");
        parts[name] = value ?? "";
    }
    const number = (/** @type {string | undefined} */ text) =>
        text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
    return {conn: number(parts.conn), frame: number(parts.frame), step: number(parts.step), capture: "capture" in parts};
}

/** @param {Capture} capture */
function masthead(capture) {
    const facts = [
        plural(capture.packets, "packet"),
        plural(capture.connections.length, "connection"),
        ...(capture.last > capture.first ? [duration(capture.last - capture.first)] : []),
        ...(capture.first > 0 ? [`from ${instant(capture.first).slice(0, 19)} UTC`] : []),
    ];
    return [
        html("p", {class: "brand"}, "TCP State"),
        html(
            "p",
            {class: "about"},
            html("strong", {}, capture.points.length > 1 ? pointNames(capture) : titleOf(capture)),
            " ",
            html("span", {class: "facts"}, facts.join(" · ")),
        ),
    ];
}

export function start() {
    const main = /** @type {HTMLElement} */ (document.getElementById("main"));
    const capture = readCapture();
    document.body.append(definitions());
    if (!capture) {
        main.replaceChildren(html("p", {}, "There are no data in this page, or they are of another version."));
        return;
    }
    document.getElementById("masthead")?.append(...masthead(capture));
    document
        .getElementById("colophon")
        ?.append(
            `Made by ${capture.version}. States are inferred from what was captured. This page is one file and loads nothing.`,
        );
    const conn = place(capture, "conn");
    const rows = new Map(capture.connections.map((values, row) => [values[conn], row]));
    /** @type {View | null} */
    let view = null;
    let key = "";

    const show = () => {
        const wanted = address(location.hash);
        const only = wanted.conn === null && !wanted.capture && capture.connections.length === 1;
        const row = only ? 0 : rows.get(wanted.conn);
        const wantedKey = row === undefined ? "capture" : `conn=${row}`;
        if (wantedKey === key && view) {
            view.goTo?.(wanted.frame, wanted.step);
            return;
        }
        view?.close();
        const first = key === "";
        key = wantedKey;
        view = row === undefined ? overview(capture) : connectionPage(capture, row);
        document.title = `${view.title} – TCP State`;
        main.replaceChildren(view.element);
        view.goTo?.(wanted.frame, wanted.step);
        if (!first) {
            main.focus({preventScroll: true});
            scrollTo(0, 0);
        }
    };
    addEventListener("hashchange", show);
    show();
}
