// SPDX-License-Identifier: GPL-2.0-or-later
// What stands beside an arrow: when, what, with which numbers, and what happened.
import {svg, textWidth} from "./dom.js";
import {duration} from "./words.js";
import {isIcmp} from "./data.js";
import {severity, severitySign} from "./glyphs.js";

/** @typedef {import("./data.js").Story} Story */
/** @typedef {{flags: string, below: string[], events: string[], sign: string}} Words */

/** Lines are so far apart. */
const LINE = 15;

/**
 * Around a level arrow in its middle; above a slanting one where it begins, because it leaves the room there.
 * @param {Story} story @param {number} i @param {import("./layout.js").Layout} layout @param {import("./arrows.js").Frame} frame
 * @param {Words} words
 */
export function labels(story, i, layout, frame, {flags, below, events, sign}) {
    const y = layout.sent[i],
        toRight = story.side[i] === 0,
        middle = (frame.left + frame.right) / 2;
    const anchor = !layout.slanted ? "middle" : toRight ? "start" : "end";
    const x = !layout.slanted ? middle : toRight ? frame.left + 10 : frame.right - 10;
    const first = layout.slanted ? y - 6 - LINE * (below.length + events.length) : y - (isIcmp(story, i) ? 10 : 6);
    const second = layout.slanted ? first + LINE : y + 13;
    const number = story.frame[i];
    return [
        ...(frame.narrow
            ? []
            : [
                  svg("text", {class: "time", x: 62, y: y - 2, "text-anchor": "end"}, duration(story.time[i] / 1e6)),
                  svg(
                      "text",
                      {class: "frame", x: 62, y: y + 12, "text-anchor": "end"},
                      number === null ? "not seen" : `frame ${number}`,
                  ),
              ]),
        svg(
            "text",
            {class: "flags", x, y: first, "text-anchor": anchor},
            (frame.narrow && number !== null ? `${number}: ` : "") + flags,
        ),
        ...below.map((line, l) => svg("text", {class: "numbers", x, y: second + LINE * l, "text-anchor": anchor}, line)),
        ...events.flatMap((line, l) => {
            const half = textWidth(line, 600, 12) / 2,
                base = second + LINE * (below.length + l) + 1;
            const centre = !layout.slanted ? middle + 8 : toRight ? x + half + 17 : x - half;
            return [
                severitySign(sign, {x: centre - half - 17, y: base - 11, width: 13, height: 13}),
                svg("text", {class: `event ${severity(sign)}`, x: centre, y: base, "text-anchor": "middle"}, line),
            ];
        }),
    ];
}
