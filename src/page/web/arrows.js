// SPDX-License-Identifier: GPL-2.0-or-later
// Segments as arrows. What a segment is shows in the line and the head, not in the colour alone.
import {svg} from "./dom.js";
import {MARK, isIcmp, nameOf} from "./data.js";
import {hasTruth} from "./truth.js";
import {ends} from "./layout.js";
import {count} from "./words.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {{left: number, right: number, band: number, truth: number, width: number, narrow: boolean}} Frame */

/** Where the lifelines stand. @param {number} width @returns {Frame} */
export function frameOf(width) {
    const narrow = width < 520,
        band = narrow ? 82 : 108,
        gutter = narrow ? 0 : 74,
        truth = hasTruth() ? 17 : 0;
    return {left: gutter + band + truth, right: width - band - truth - 1, band, truth, width, narrow};
}

/** @param {Story} story @param {number} i @returns {string} */
export function numbersOf(story, i) {
    const seq = story.seq[i],
        ack = story.ack[i],
        length = story.len[i];
    if (seq === null) return "";
    return `seq ${seq}${length ? `:${seq + length}` : ""}${ack === null ? "" : ` · ack ${ack}`}`;
}

/** @param {Capture} capture @param {Story} story @param {number} i */
export function flagsAndLength(capture, story, i) {
    return nameOf(capture, story, i) + (story.len[i] ? ` · ${count(story.len[i] ?? 0)} B` : "");
}

/** An ICMP error comes from somewhere between, or beyond. @param {Story} story @param {number} i @param {Layout} layout @param {Frame} frame */
function icmpArrow(story, i, layout, frame) {
    const middle = (frame.left + frame.right) / 2,
        y = layout.sent[i],
        x = story.side[i] === 0 ? frame.left : frame.right,
        way = Math.sign(x - middle);
    return svg(
        "g",
        {class: "arrow icmp"},
        svg("line", {x1: middle, y1: y, x2: x, y2: y}),
        svg("path", {class: "head", d: `M${x - 10 * way} ${y - 5}L${x - way} ${y}L${x - 10 * way} ${y + 5}`}),
        svg("path", {class: "origin", d: `M${middle - 6} ${y}l6 -6l6 6l-6 6z`}),
    );
}

/** The line of a segment and its head. @param {Story} story @param {number} i @param {Layout} layout @param {Frame} frame @param {boolean} hidden what was inferred is */
export function arrow(story, i, layout, frame, hidden) {
    if (isIcmp(story, i)) return icmpArrow(story, i, layout, frame);
    const mark = story.mark[i] & (hidden ? ~MARK.challenge : ~0),
        [left, reached] = ends(story, i);
    const rst = Boolean((story.flags[i] ?? 0) & 4),
        toRight = story.side[i] === 0,
        lost = reached === null;
    const injected = left === null,
        middle = (frame.left + frame.right) / 2;
    const [x0, x1] = toRight ? [frame.left, frame.right] : [frame.right, frame.left];
    const y0 = layout.sent[i],
        y1 = lost ? y0 + 10 : layout.received[i];
    const from = injected ? [middle, (y0 + y1) / 2] : [x0, y0],
        to = lost ? [x0 + (x1 - x0) * 0.62, y0 + (y1 - y0) * 0.62] : [x1, y1];
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    const at = (/** @type {number} */ back, /** @type {number} */ side) =>
        [to[0] - back * Math.cos(angle) - side * Math.sin(angle), to[1] - back * Math.sin(angle) + side * Math.cos(angle)]
            .map((n) => n.toFixed(1))
            .join(" ");
    const chevron = (/** @type {number} */ back) => `M${at(back + 9, 5)}L${at(back, 0)}L${at(back + 9, -5)}`;
    const cross = (/** @type {number} */ back, /** @type {number} */ size) =>
        `M${at(back - size, -size)}L${at(back + size, size)}M${at(back - size, size)}L${at(back + size, -size)}`;
    const head = lost ? cross(0, 6) : rst ? cross(9, 6) : mark & MARK.challenge ? chevron(1) + chevron(8) : `${chevron(1)}z`;
    const kind = [
        rst ? "rst" : "",
        lost ? "lost" : "",
        mark & MARK.retransmission ? "again" : "",
        mark & MARK.probe ? "probe" : "",
        mark & MARK.challenge ? "challenge" : "",
    ].filter(Boolean);
    return svg(
        "g",
        {class: ["arrow", ...kind].join(" ")},
        svg("line", {x1: from[0], y1: from[1], x2: to[0], y2: to[1]}),
        svg("path", {class: "head", d: head}),
        injected && svg("circle", {class: "origin", cx: from[0], cy: from[1], r: 4}),
    );
}
