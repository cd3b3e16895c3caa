// SPDX-License-Identifier: GPL-2.0-or-later
// What stands between the lifelines besides segments: phases, what is said of them, and time that is cut out.
import {svg} from "./dom.js";

/** @typedef {import("./arrows.js").Frame} Frame */

/** @param {import("./layout.js").Shade} shade @param {Frame} frame @param {number} top @param {number} bottom */
export function shading(shade, frame, top, bottom) {
    const {left, right} = frame,
        y0 = Math.max(shade.y0, top),
        y1 = Math.min(shade.y1, bottom),
        x = shade.side === 0 ? left + 2 : right - 2;
    return svg(
        "g",
        {class: `shade ${shade.kind}`},
        svg("rect", {x: left, y: y0, width: right - left, height: Math.max(0, y1 - y0)}),
        svg("rect", {
            x: left,
            y: y0,
            width: right - left,
            height: Math.max(0, y1 - y0),
            fill: shade.kind === "silent" ? "url(#silence)" : "url(#halved)",
        }),
        svg("line", {x1: x, x2: x, y1: y0, y2: y1}),
    );
}

/** @param {import("./layout.js").Note} note @param {Frame} frame @param {(text: string) => string[]} wrap */
export function between(note, frame, wrap) {
    const {left, right, width} = frame,
        middle = (left + right) / 2,
        y = note.y + note.height / 2;
    if (note.kind !== "gap")
        return svg(
            "g",
            {class: `note ${note.kind}`},
            ...wrap(note.text).map((line, i) => svg("text", {x: middle, y: note.y + 16 + 15 * i, "text-anchor": "middle"}, line)),
        );
    const zigzag = (/** @type {number} */ x0, /** @type {number} */ x1) => {
        let d = `M${x0} ${y}`;
        for (let x = x0, up = true; x + 7 <= x1; x += 7, up = !up) d += `l7 ${up ? -5 : 5}`;
        return d;
    };
    return svg(
        "g",
        {class: "gap"},
        svg("path", {class: "cut", d: zigzag(left - frame.band, left) + zigzag(right, width - 1)}),
        svg("text", {x: middle, y: y + 4, "text-anchor": "middle"}, `${note.text} later`),
    );
}
