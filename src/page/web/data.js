// SPDX-License-Identifier: GPL-2.0-or-later
// What the page shows: JSON in the page itself. Connections are parsed when one is opened.

import {flagNames} from "./words.js";

/** @typedef {{severity: string, text: string, connections: number[], count: number}} Finding */
/** @typedef {{seconds: number, within: number, product: string, note?: string, source?: string, date?: string}} Timeout */
/** @typedef {{name: string, meaning: string, colour?: string | null, severity?: string}} Word */
/** @typedef {{from: number, cue: string, to: number, why: string}} Rule */
/** @typedef {{name: string, label: string, help: string, type: string, hindsight?: boolean}} Field */
/** @typedef {{name: string, type: string, help: string}} Column */
/**
 * @typedef {{format: number, version: string, title: string, hide_answers: boolean, points: string[], packets: number,
 *     segments: number, first: number, last: number, remarks: string[], findings: Finding[], timeouts: Timeout[],
 *     vocabulary: {states: Word[], outcomes: Word[], causes: Word[], events: Word[], rules: Rule[], fields: Field[]},
 *     columns: Column[], connections: any[][], chunk_of: number[], left_out?: number}} Capture
 */
/**
 * @typedef {{at: number, kind: string, effect: string, cause: string, confidence: string, explanation: string,
 *     alternatives?: string[], answers?: number | null, ttl?: number | null, ttl_delta?: number | null,
 *     hops_delta?: number | null, line?: {seq: number, rcv_nxt: number, window_end: number} | null}} Reset
 */
/** @typedef {{fields?: [number, any][], text?: string[], moves?: [number, number, number, number][]}} More */
/** @typedef {{since: number, until: number | null, gone: number, by?: string | null, state?: string}} HalfOpen */
/** @typedef {{since: number, until: number | null, closed: number}} HalfClosed */
/**
 * @typedef {{verdict: string, isn: (number | null)[], frame: (number | null)[], other_frame?: (number | null)[], time: number[], side: number[], flags: (number | null)[],
 *     seq: (number | null)[], ack: (number | null)[], len: (number | null)[], win: (number | null)[], states: number[], pairs: number[][],
 *     mark: number[], more: Object<string, More>, half_open: HalfOpen[], half_closed: HalfClosed[], resets: Reset[],
 *     all?: [number, any][], runs?: [number, number, number, any][], other?: (number | null)[], fate?: (number | null)[], fates?: string[],
 *     questions?: Question[]}} Story
 */
/** @typedef {{text: string, kind: string, answer: string, explanation: string, clue: string}} Question */
/** @typedef {{state: number, presumed: boolean}} Endpoint */

export const SIDES = ["client", "server"];
export const MARK = {retransmission: 1, copy: 2, probe: 4, challenge: 8, rst: 16, silent: 32, halfClosed: 64, gap: 128};

/** @param {string} id @returns {any} */
export function parsed(id) {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent || "null") : null;
}

/** @returns {Capture | null} */
export function readCapture() {
    const capture = parsed("capture");
    return capture && capture.format === 1 ? capture : null;
}

/** @type {Map<number, Object<string, Story>>} */
const chunks = new Map();

/** @param {Capture} capture @param {number} row @returns {Story | null} */
export function readStory(capture, row) {
    const chunk = capture.chunk_of[row];
    if (chunk === undefined || chunk < 0) return null;
    let stories = chunks.get(chunk);
    if (!stories) {
        if (chunks.size > 8) chunks.clear();
        stories = /** @type {Object<string, Story>} */ (parsed(`chunk-${chunk}`) || {});
        chunks.set(chunk, stories);
    }
    return stories[String(value(capture, row, "conn"))] || null;
}

/** @type {WeakMap<Capture, Map<string, number>>} */
const places = new WeakMap();

/** @param {Capture} capture @param {string} name of a column @returns {number} -1: there is none */
export function place(capture, name) {
    let map = places.get(capture);
    if (!map) places.set(capture, (map = new Map(capture.columns.map((column, i) => [column.name, i]))));
    return map.get(name) ?? -1;
}

/** @param {Capture} capture @param {number} row @param {string} name */
export function value(capture, row, name) {
    const at = place(capture, name);
    return at < 0 ? null : capture.connections[row][at];
}

/** @param {Capture} capture @param {number} row @param {string} side */
export function socket(capture, row, side) {
    const address = String(value(capture, row, side) ?? "?"),
        port = value(capture, row, `${side}_port`);
    return `${address.includes(":") ? `[${address}]` : address}:${port ?? "?"}`;
}

/**
 * States of an endpoint after a segment; before the first, nothing is known.
 * @param {Story} story @param {number} at @param {number} side @returns {Endpoint}
 */
export function endpoint(story, at, side) {
    if (at < 0) return {state: -1, presumed: false};
    const pair = story.pairs[story.states[at]];
    return {state: pair[side], presumed: Boolean(pair[2 + side])};
}

/** @param {Capture} capture @param {Endpoint} endpoint */
export function stateName(capture, endpoint) {
    return capture.vocabulary.states[endpoint.state]?.name ?? "UNKNOWN";
}

/** @type {WeakMap<Capture, Map<string, number>>} */
const indices = new WeakMap();

/** @param {Capture} capture @param {string} name of a field */
function indexOf(capture, name) {
    let map = indices.get(capture);
    if (!map) indices.set(capture, (map = new Map(capture.vocabulary.fields.map((field, i) => [field.name, i]))));
    return map.get(name) ?? -1;
}

/**
 * Fields of one segment: its own, and those that are the same on several segments.
 * @param {Story} story @param {number} at @returns {[number, any][]}
 */
export function fieldsAt(story, at) {
    const runs = (story.runs ?? [])
        .filter(([, first, last]) => first <= at && at <= last)
        .map(([field, , , content]) => /** @type {[number, any]} */ ([field, content]));
    return [...(story.more[at]?.fields ?? []), ...runs];
}

/** Values of a field that stands with the segment. @param {Capture} capture @param {Story} story @param {number} at @param {string} name @returns {any[]} */
export function valuesAt(capture, story, at, name) {
    const fields = story.more[at]?.fields;
    if (!fields) return [];
    const index = indexOf(capture, name);
    return fields.filter(([field]) => field === index).flatMap(([, content]) => content);
}

/** @param {Capture} capture @param {Story} story @param {number} at @returns {string[]} names of events */
export function eventsAt(capture, story, at) {
    return valuesAt(capture, story, at, "tcpstate.event");
}

/** Sentences about a segment: what matters most, then what no field says; asides say who does not know of whom. @param {Capture} capture @param {Story} story @param {number} at @returns {string[]} */
export function sentencesAt(capture, story, at) {
    return [
        ...valuesAt(capture, story, at, "tcpstate.summary"),
        ...valuesAt(capture, story, at, "tcpstate.remark"),
        ...(story.more[at]?.text ?? []).filter((text) => !/^\(half-open, nobody/.test(text)),
    ];
}

/** @param {Capture} capture @param {number} point @returns {string} */
export function letter(capture, point) {
    return capture.points.length > 1 ? String.fromCharCode(65 + point) : "";
}

/** @param {Story} story @param {number} at @returns {string} its frame; at the last point, if the first did not see it */
export function frameOf(story, at) {
    const frame = story.frame[at],
        other = story.other_frame?.[at];
    return frame !== null ? `frame ${frame}` : typeof other === "number" ? `frame ${other} at the far point` : "no frame";
}

/** What became of a segment between the points; points by their letters. @param {Capture} capture @param {Story} story @param {number} at @returns {string} */
export function fateOf(capture, story, at) {
    const fate = story.fate?.[at];
    if (fate === null || fate === undefined || !story.fates) return "passed";
    let text = story.fates[fate] ?? "passed";
    const names = capture.points.map((name, point) => ({name, point})).sort((a, b) => b.name.length - a.name.length);
    for (const {name, point} of names) text = text.split(name).join(letter(capture, point));
    return text;
}

/** The name of the capture, which may tell what happened in it. @param {Capture} capture @returns {string} */
export function titleOf(capture) {
    return capture.hide_answers ? "Exercise" : capture.title;
}

/** The capture points by their letters, as sentences about them name them. @param {Capture} capture @returns {string} */
export function pointNames(capture) {
    return capture.points
        .map((name, point) => letter(capture, point) + (capture.hide_answers ? "" : `: ${name}`))
        .join(" → ");
}

/** A segment has flags; an ICMP error, which is a step too, has none. @param {Story} story @param {number} at */
export function isIcmp(story, at) {
    return story.flags[at] === null;
}

/** @param {Capture} capture @param {Story} story @param {number} at @returns {string} flags, or what the ICMP error says */
export function nameOf(capture, story, at) {
    const flags = story.flags[at];
    return flags === null ? `ICMP ${valuesAt(capture, story, at, "tcpstate.icmp")[0] ?? ""}` : flagNames(flags);
}

/** @param {Word[]} words @param {string} name */
export function colourOf(words, name) {
    const colour = words.find((word) => word.name === name)?.colour;
    return colour && /^#[0-9a-f]{6}$/i.test(colour) ? colour : null;
}

/** Columns and fields that tell the states: questions of the teacher are answered by them. */
const ANSWERS = /^(client_state|server_state|outcome|closed_first|half_|embryonic|rst_|conn_state|history|close_|sentence)/;

/** @param {Capture} capture */
export function shownColumns(capture) {
    return capture.columns.filter((column) => !capture.hide_answers || !ANSWERS.test(column.name));
}
