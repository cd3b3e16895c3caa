// SPDX-License-Identifier: GPL-2.0-or-later
// The evidence of each RST, and its number against the window that it met.
import {html, svg, onWidth, plainTable, pictureTable} from "./dom.js";
import {count} from "./words.js";
import {swatch} from "./glyphs.js";
import {colourOf, frameOf, SIDES} from "./data.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {{seq: number, rcv_nxt: number, window_end: number}} Line */

/** @param {Line} line */
export function placeInWords({seq, rcv_nxt: next, window_end: end}) {
    if (seq === next) return "exactly the next number expected (RCV.NXT)";
    if (seq < next) return `${count(next - seq)} below the next number expected, outside the window`;
    return seq < end
        ? `${count(seq - next)} beyond the next number expected, inside the window`
        : `${count(seq - end + 1)} beyond the window`;
}

/** @param {Line} line */
function numberLine(line) {
    const {seq, rcv_nxt: next, window_end: end} = line,
        picture = html("div", {class: "number-line"}),
        words = placeInWords(line);
    onWidth(picture, (width) => {
        // The window takes the middle half; what is outside stands beside it, not to scale.
        const low = width * 0.25,
            high = width * 0.8,
            size = Math.max(1, end - next);
        const outside = (/** @type {number} */ distance) => 0.25 + 0.6 * Math.min(1, Math.log10(1 + distance) / 9.6);
        const x =
            seq < next
                ? low - low * outside(next - seq)
                : seq < end
                  ? low + ((high - low) * (seq - next)) / size
                  : high + (width - high - 8) * outside(seq - end);
        const side = x > width * 0.6 ? "end" : x < width * 0.2 ? "start" : "middle";
        picture.replaceChildren(
            svg(
                "svg",
                {width, height: 78, role: "img", "aria-label": `Number line: sequence number ${seq} is ${words}`},
                svg("line", {class: "axis dashed", x1: 4, x2: width - 4, y1: 40, y2: 40}),
                svg("rect", {class: "window", x: low, y: 33, width: high - low, height: 14, rx: 3}),
                svg("text", {class: "tick", x: low, y: 64, "text-anchor": "middle"}, `RCV.NXT ${next}`),
                svg("text", {class: "tick", x: high, y: 64, "text-anchor": "middle"}, `end ${end}`),
                svg("path", {class: "seq", d: `M${x} 33l-6 -9h12z`}),
                svg("line", {class: "seq", x1: x, x2: x, y1: 33, y2: 47}),
                svg("text", {class: "seq", x, y: 17, "text-anchor": side}, `RST: seq ${seq}`),
            ),
        );
    });
    return html(
        "div",
        {},
        picture,
        html("p", {class: "caption"}, `The number is ${words}.`),
        pictureTable(
            "The number line as a table",
            ["number", "value"],
            [
                ["sequence number of the RST", seq],
                ["RCV.NXT of its receiver", next],
                ["end of the window", end],
            ],
        ),
    );
}

/** @param {number | null | undefined} n */
const signed = (n) => (n === null || n === undefined ? "" : (n > 0 ? "+" : n < 0 ? "−" : "") + Math.abs(n));

/** @param {Capture} capture @param {Story} story @param {(at: number) => void} goTo */
export function resetEvidence(capture, story, goTo) {
    if (!story.resets.length) return null;
    const shown = story.resets.slice(0, 50);
    const step = (/** @type {number} */ at) =>
        html("button", {type: "button", class: "link", click: () => goTo(at)}, frameOf(story, at));
    return html(
        "section",
        {class: "resets"},
        html("h2", {}, shown.length === 1 ? "Evidence of the RST" : "Evidence of each RST"),
        shown.length < story.resets.length && html("p", {}, `The first ${shown.length} of ${count(story.resets.length)}.`),
        ...shown.map((reset) => {
            const sender = SIDES[story.side[reset.at]];
            /** @type {import("./dom.js").Child[][]} */
            const rows = [
                [
                    "cause",
                    html(
                        "span",
                        {},
                        swatch(colourOf(capture.vocabulary.causes, reset.cause), reset.cause),
                        ` (${reset.confidence})`,
                    ),
                ],
                ["meaning", capture.vocabulary.causes.find((cause) => cause.name === reset.cause)?.meaning ?? ""],
                ["kind", reset.kind],
                ["effect", reset.effect],
                ["answers", reset.answers === null || reset.answers === undefined ? "" : step(reset.answers)],
                [
                    "TTL",
                    [
                        reset.ttl ?? "",
                        reset.ttl_delta ? `(${signed(reset.ttl_delta)} to the usual of the ${sender})` : "",
                        reset.hops_delta ? `${signed(reset.hops_delta)} hops` : "",
                    ]
                        .filter((part) => part !== "")
                        .join(" "),
                ],
                ["also consistent with", (reset.alternatives ?? []).join("; ")],
            ];
            return html(
                "article",
                {class: "reset"},
                html("h3", {}, step(reset.at), ` · RST from the ${sender}`),
                html("p", {}, reset.explanation),
                html(
                    "div",
                    {class: "evidence"},
                    plainTable(
                        "Evidence",
                        ["what", "value"],
                        rows.filter((row) => row[1] !== ""),
                    ),
                    reset.line ? numberLine(reset.line) : null,
                ),
            );
        }),
    );
}
