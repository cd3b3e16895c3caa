// SPDX-License-Identifier: GPL-2.0-or-later
// What the endpoints' states were in truth, where an experiment has recorded it.
import {svg} from "./dom.js";
import {endpoint, parsed, stateName} from "./data.js";
import {whenThere} from "./layout.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./arrows.js").Frame} Frame */
/** @typedef {{y0: number, y1: number, state: string, differs: boolean, side: number}} TrueBand */

/** @type {{source: string, frames: Object<string, string[]>, between?: Object<string, string[]>} | null | undefined} */
let truth;

/** Whether an experiment has recorded true states. */
export function hasTruth() {
    if (truth === undefined) truth = parsed("truth");
    return Boolean(truth?.frames);
}

/** True states [client, server] after a frame, where an experiment has recorded them. @param {number | null} frame */
export function trueStates(frame) {
    if (!hasTruth()) return null;
    const pair = frame === null ? null : truth?.frames?.[String(frame)];
    return truth && Array.isArray(pair) ? {source: truth.source, pair} : null;
}

/** What they became after that frame, before the next. @param {number | null} frame @returns {string[] | null} */
export function trueStatesBehind(frame) {
    const pair = frame === null || !hasTruth() ? null : truth?.between?.[String(frame)];
    return Array.isArray(pair) ? pair : null;
}

/** Whether what was inferred is wrong; what is unknown is not. @param {string} inferred @param {string} state the true one */
export function isWrong(inferred, state) {
    return inferred !== "UNKNOWN" && inferred !== state;
}

/**
 * Runs of equal true state of one endpoint, where an experiment has recorded them.
 * @param {Capture} capture @param {Story} story @param {Layout} layout @param {number} side @returns {TrueBand[]}
 */
export function trueBandsOf(capture, story, layout, side) {
    /** @type {TrueBand[]} */
    const bands = [];
    const enter = (/** @type {string | undefined} */ state, /** @type {number} */ i, /** @type {number} */ at) => {
        const now = bands.at(-1);
        if (state === undefined) return;
        const differs = isWrong(stateName(capture, endpoint(story, i, side)), state);
        if (now && state === now.state && differs === now.differs) return;
        const y0 = Math.max(at, now ? now.y0 : 0);
        if (now) now.y1 = y0;
        bands.push({y0, y1: layout.height - 8, state, differs, side});
    };
    for (let i = 0; i < story.frame.length; ++i) {
        const here = whenThere(story, layout, side, i),
            next = i + 1 < story.frame.length ? whenThere(story, layout, side, i + 1) : layout.height - 8;
        enter(trueStates(story.frame[i])?.pair[side], i, here);
        enter(trueStatesBehind(story.frame[i])?.[side], i, (here + next) / 2);
    }
    return bands;
}

/** Drawn beside the inferred one; the name is written upwards. @param {TrueBand} band @param {Frame} frame */
export function trueBand(band, frame) {
    const x = band.side === 0 ? frame.left - frame.truth : frame.right,
        height = Math.max(0, band.y1 - band.y0),
        text = (band.differs ? "≠ " : "") + band.state,
        fits = height > 7 * text.length;
    const at = {x: x + frame.truth / 2 + 3.5, y: band.y0 + height / 2};
    return svg(
        "g",
        {class: band.differs ? "true-band differs" : "true-band"},
        svg("rect", {class: `box state-${band.state}`, x, y: band.y0, width: frame.truth, height}),
        svg("title", {}, `true state: ${band.state}${band.differs ? ", other than inferred" : ""}`),
        svg(
            "text",
            fits ? {...at, transform: `rotate(-90 ${at.x} ${at.y})`, "text-anchor": "middle"} : {x: x + 4, y: band.y0 + 12},
            fits ? text : band.differs && height > 13 ? "≠" : "",
        ),
    );
}
