// SPDX-License-Identifier: GPL-2.0-or-later
// Signs whose shape says what their colour says.
import {html, svg} from "./dom.js";

/** @type {Object<string, {word: string, shape: string, sign: string}>} */
const SEVERITIES = {
    error: {word: "Error", shape: "M5 1h6l4 4v6l-4 4H5l-4-4V5z", sign: "M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"},
    warning: {word: "Warning", shape: "M8 1.2L15.4 14.6H.6z", sign: "M8 6v4.2M8 12.1v.9"},
    note: {word: "Note", shape: "M8 .8a7.2 7.2 0 1 0 .01 0z", sign: "M8 7.2v4.6M8 4.2v1"},
    ok: {
        word: "Good",
        shape: "M2 1h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z",
        sign: "M4.4 8.4l2.4 2.6 4.8-5.8",
    },
};

/** @param {string} name as events or findings call it */
export function severity(name) {
    return {warn: "warning", chat: "note"}[name] ?? (name in SEVERITIES ? name : "note");
}

/** @param {string} name @param {Object<string, any>} [place] */
export function severitySign(name, place = {}) {
    const {shape, sign} = SEVERITIES[severity(name)];
    return svg(
        "svg",
        {class: `sign ${severity(name)}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", ...place},
        svg("path", {class: "shape", d: shape}),
        svg("path", {class: "mark", d: sign}),
    );
}

/** @param {string} name */
export function severityWord(name) {
    return SEVERITIES[severity(name)].word;
}

/** @param {string | null} colour @param {string} word */
export function swatch(colour, word) {
    const box = html("i", {class: colour ? "swatch" : "swatch none", "aria-hidden": "true"});
    if (colour) box.style.backgroundColor = colour;
    return html("span", {class: "named"}, box, word);
}

/** Patterns and heads of arrows that the pictures refer to; once in the page. */
export function definitions() {
    return svg(
        "svg",
        {class: "definitions", width: 0, height: 0, "aria-hidden": "true", focusable: "false"},
        svg(
            "defs",
            {},
            svg(
                "pattern",
                {id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
                svg("line", {class: "hatch", x1: 0, y1: 0, x2: 0, y2: 7}),
            ),
            svg(
                "pattern",
                {id: "silence", width: 16, height: 16, patternUnits: "userSpaceOnUse"},
                svg("circle", {class: "silence", cx: 4, cy: 4, r: 1}),
                svg("circle", {class: "silence", cx: 12, cy: 12, r: 1}),
            ),
            svg(
                "pattern",
                {id: "halved", width: 8, height: 8, patternUnits: "userSpaceOnUse"},
                svg("line", {class: "halved", x1: 0, y1: 4, x2: 8, y2: 4}),
            ),
        ),
    );
}
