// SPDX-License-Identifier: GPL-2.0-or-later
// Where things stand in a ladder: time runs down, but not to scale. Every segment gets its row, and long gaps are cut short.
import {duration} from "./words.js";
import {MARK, SIDES, eventsAt, fateOf, frameOf} from "./data.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {{y: number, height: number, kind: "gap" | "silent" | "halved", text: string}} Note */
/** @typedef {{y0: number, y1: number, state: number, presumed: boolean, hidden: boolean, side: number}} Band */
/** @typedef {{y0: number, y1: number, kind: "silent" | "halved", side: number}} Shade */
/**
 * @typedef {{sent: Float64Array, received: Float64Array, notes: Note[], shades: Shade[], height: number, slanted: boolean,
 *     starts: Float64Array}} Layout
 */

export const TOP = 30;
const UNKNOWN = 0,
    SLANT = 16;
const LINE = 15;

/** @param {Story} story @returns {number} a gap in µs that is cut and labelled */
function longGap(story) {
    const gaps = [];
    for (let i = 1; i < story.time.length && gaps.length < 5000; ++i) gaps.push(story.time[i] - story.time[i - 1]);
    gaps.sort((a, b) => a - b);
    return Math.max(150e3, Math.min(1e6, 20 * (gaps[gaps.length >> 1] ?? 0)));
}

/** @param {Story} story @returns {{silent: Map<number, string>, halved: Map<number, string>}} what begins after a segment, in words */
function beginnings(story) {
    const silent = new Map(
        story.half_open.map(({since, until, gone, state}) => [
            since,
            until === null
                ? `the ${SIDES[gone]} is silent from here on`
                : state !== "confirmed"
                  ? `the ${SIDES[gone]} is silent until ${frameOf(story, until)}`
                  : `the ${SIDES[gone]} is gone; the ${SIDES[1 - gone]} does not know`,
        ]),
    );
    const halved = new Map(
        story.half_closed.map(({since, closed}) => [since, `half‑closed: the ${SIDES[closed]} will send no more`]),
    );
    return {silent, halved};
}

/** The events of a segment that its row names. @param {Capture} capture @param {Story} story @param {number} i */
export function namedEvents(capture, story, i) {
    return eventsAt(capture, story, i).filter((name) => name !== "half-closed" && name !== "challenge-ack");
}

/**
 * When a segment left its sender and reached its receiver, as two points saw it; null: it was not seen there.
 * @param {Story} story @param {number} i @returns {[number | null, number | null]}
 */
export function ends(story, i) {
    const time = story.time[i];
    if (!story.other || story.flags[i] === null || story.fate?.[i] === null) return [time, time];
    const near = story.frame[i] === null ? null : time,
        far = story.other[i];
    return story.side[i] === 0 ? [near, far] : [far, near];
}

/**
 * @param {Story} story @param {boolean} hidden the answers are
 * @param {(i: number) => number} lines that stand below an arrow, at least one
 * @param {(text: string) => string[]} wrap @returns {Layout}
 */
export function layOut(story, hidden, lines, wrap) {
    const n = story.frame.length,
        slanted = Boolean(story.other),
        gap = longGap(story);
    const sent = new Float64Array(n),
        received = new Float64Array(n),
        starts = new Float64Array(n);
    /** @type {Note[]} */
    const notes = [];
    const {silent, halved} = hidden ? {silent: new Map(), halved: new Map()} : beginnings(story);
    /** @type {["silent" | "halved", Map<number, string>][]} */
    const begins = [
        ["silent", silent],
        ["halved", halved],
    ];
    /** @type {{time: number, i: number, first: boolean}[]} */
    const moments = [];
    for (let i = 0; i < n; ++i) {
        const [from, to] = ends(story, i);
        const first = from ?? to ?? story.time[i];
        moments.push({time: first, i, first: true});
        if (slanted && from !== null && to !== null && from !== to) moments.push({time: Math.max(first, to), i, first: false});
    }
    if (slanted) moments.sort((a, b) => a.time - b.time || a.i - b.i || Number(b.first) - Number(a.first));
    let y = TOP,
        last = -Infinity,
        before = moments[0]?.time ?? 0;
    received.fill(NaN);
    for (const {time, i, first} of moments) {
        const wait = time - before;
        before = time;
        if (wait >= gap) {
            const height = Math.min(46, 26 + 6 * Math.log10(wait / gap));
            y = Math.max(y, last + 26);
            notes.push({y, height, kind: "gap", text: duration(wait / 1e6)});
            y += height;
            last = -Infinity;
        }
        if (first) {
            const above = slanted ? LINE * lines(i) : 0;
            y = Math.max(y, last + (slanted ? 14 : 26)) + 22 + above;
            starts[i] = y - 24 - above;
            sent[i] = last = y;
            const [from, to] = ends(story, i);
            if (!slanted) {
                received[i] = y;
                last += LINE * (lines(i) - 1);
            } else if (from === null || to === from) {
                received[i] = y += from === null ? SLANT : 0;
            }
            if (slanted && from !== null && to !== null && to !== from) continue;
        } else {
            received[i] = y += SLANT;
            last = Math.max(last, y - 10);
        }
        for (const [kind, begun] of begins) {
            const text = begun.get(i);
            if (text === undefined) continue;
            y = Math.max(y, last + 24);
            const height = 10 + LINE * wrap(text).length;
            notes.push({y, height, kind, text});
            y += height;
            last = y - 22;
        }
    }
    const height = Math.max(y, last) + 40;
    const below = (/** @type {number} */ i) => Math.max(sent[i], Number.isNaN(received[i]) ? 0 : received[i]);
    /** @param {"silent" | "halved"} kind @param {number} side @param {{since: number, until: number | null}} phase @returns {Shade} */
    const shade = (kind, side, {since, until}) => ({y0: below(since), y1: until === null ? height : sent[until], kind, side});
    const shades = hidden
        ? []
        : [
              ...story.half_closed.map((phase) => shade("halved", phase.closed, phase)),
              ...story.half_open.map((phase) => shade("silent", phase.gone, phase)),
          ];
    return {sent, received, notes, shades, height, slanted, starts};
}

/**
 * Runs of equal state of one endpoint.
 * @param {Story} story @param {Layout} layout @param {number} side @param {(i: number) => boolean} hidden @returns {Band[]}
 */
export function bandsOf(story, layout, side, hidden) {
    /** @type {Band[]} */
    const bands = [];
    let now = /** @type {Band} */ ({y0: TOP - 24, y1: 0, state: UNKNOWN, presumed: false, hidden: false, side});
    for (let i = 0; i < story.frame.length; ++i) {
        const pair = story.pairs[story.states[i]],
            state = pair[side],
            presumed = Boolean(pair[2 + side]),
            covered = hidden(i);
        if (covered ? now.hidden : !now.hidden && state === now.state && presumed === now.presumed) continue;
        now.y1 = Math.max(now.y0, whenThere(story, layout, side, i));
        bands.push(now);
        now = {y0: now.y1, y1: 0, state, presumed, hidden: covered, side};
    }
    now.y1 = layout.height - 8;
    bands.push(now);
    return bands;
}

/** Where an endpoint has sent or got a segment. @param {Story} story @param {Layout} layout @param {number} side @param {number} i */
export function whenThere(story, layout, side, i) {
    return story.side[i] === side || Number.isNaN(layout.received[i]) ? layout.sent[i] : layout.received[i];
}

/** The first index whose value is not below y. @param {ArrayLike<number>} values ascending @param {number} y */
export function lowerBound(values, y) {
    let low = 0,
        high = values.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (values[middle] < y) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** What a segment is besides its flags. @param {Capture} capture @param {Story} story @param {number} i @param {boolean} hidden @returns {string[]} */
export function kindsOf(capture, story, i, hidden) {
    const mark = story.mark[i],
        kinds = [];
    if (mark & MARK.copy) kinds.push("copy");
    if (mark & MARK.retransmission) kinds.push("retransmission");
    if (mark & MARK.probe) kinds.push("keepalive probe");
    if (mark & MARK.challenge && !hidden) kinds.push("challenge ACK");
    if (mark & MARK.gap) kinds.push("after a gap");
    const fate = fateOf(capture, story, i);
    if (fate !== "passed") kinds.push(fate);
    return kinds;
}
