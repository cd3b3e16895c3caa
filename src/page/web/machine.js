// SPDX-License-Identifier: GPL-2.0-or-later
// The state machine of an endpoint, laid out as figure 5 of RFC 9293. Arrows come from the table of rules.
import {html, svg, pictureTable, textWidth} from "./dom.js";
import {endpoint, frameOf, SIDES, stateName} from "./data.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {import("./data.js").Rule} Rule */
/** @typedef {{at: number, side: number, from: number, to: number, rule: number}} Move */

/** @type {Object<string, [number, number]>} centres */
const PLACES = {
    UNKNOWN: [154, 18],
    LISTEN: [48, 18],
    "SYN-RECEIVED": [48, 76],
    "SYN-SENT": [260, 76],
    ESTABLISHED: [154, 132],
    "FIN-WAIT-1": [48, 188],
    "CLOSE-WAIT": [260, 188],
    "FIN-WAIT-2": [48, 246],
    CLOSING: [154, 246],
    "LAST-ACK": [260, 246],
    "TIME-WAIT": [101, 304],
    CLOSED: [260, 304],
};
const WIDTH = 308,
    HEIGHT = 322,
    HALF = [46, 13];
/** Arrows that would lead through a state: how far the middle stands to the left of the straight line. */
const BENDS = new Map(
    Object.entries({
        "SYN-RECEIVED>CLOSE-WAIT": -38,
        "SYN-SENT>CLOSED": 40,
        "CLOSED>SYN-SENT": -40,
        "ESTABLISHED>CLOSED": -8,
        "CLOSED>ESTABLISHED": -16,
        "SYN-RECEIVED>CLOSED": -20,
        "FIN-WAIT-1>CLOSED": 16,
        "FIN-WAIT-2>CLOSED": 24,
        "CLOSE-WAIT>CLOSED": -52,
    }),
);

/** @param {string} from @param {string} to @param {boolean} pair the arrow back is drawn too */
function route(from, to, pair) {
    const [a, b] = [PLACES[from], PLACES[to]];
    const dx = b[0] - a[0],
        dy = b[1] - a[1],
        length = Math.hypot(dx, dy);
    const bend = BENDS.get(`${from}>${to}`) ?? (pair ? 9 : 0);
    const middle = [(a[0] + b[0]) / 2 + (dy / length) * bend * 2, (a[1] + b[1]) / 2 - (dx / length) * bend * 2];
    /** @param {number[]} place @param {number} margin */
    const border = (place, margin) => {
        const tx = middle[0] - place[0],
            ty = middle[1] - place[1];
        const out =
            Math.min(tx ? HALF[0] / Math.abs(tx) : Infinity, ty ? HALF[1] / Math.abs(ty) : Infinity) + margin / Math.hypot(tx, ty);
        return [place[0] + tx * out, place[1] + ty * out];
    };
    const start = border(a, 0),
        end = border(b, 1),
        angle = Math.atan2(end[1] - middle[1], end[0] - middle[0]);
    const wing = (/** @type {number} */ turn) => [end[0] - 8 * Math.cos(angle + turn), end[1] - 8 * Math.sin(angle + turn)];
    const xy = (/** @type {number[]} */ p) => p.map((n) => n.toFixed(1)).join(" ");
    const label = [0, 1].map((i) => (start[i] + 2 * middle[i] + end[i]) / 4);
    return {d: `M${xy(start)}Q${xy(middle)} ${xy(end)}`, head: `M${xy(wing(0.42))}L${xy(end)}L${xy(wing(-0.42))}z`, label};
}

/**
 * The name of a cue beside the middle of its arrow, on the side that is turned away from the centre.
 * @param {number[]} middle @param {string} from @param {string} to @param {string} cue
 */
function beside([x, y], from, to, cue) {
    const half = textWidth(cue, 600, 12) / 2 + 3,
        level = PLACES[from][1] === PLACES[to][1],
        upright = PLACES[from][0] === PLACES[to][0];
    const outwards = (x < WIDTH / 2 ? -1 : 1) * (upright ? -1 : 1);
    const at = level ? x : Math.min(WIDTH - half, Math.max(half, x + outwards * (half + 7)));
    const line = level ? y - 11 : y;
    return svg(
        "g",
        {},
        svg("rect", {x: at - half, y: line - 8, width: 2 * half, height: 16}),
        svg("text", {x: at, y: line + 4, "text-anchor": "middle"}, cue),
    );
}

/** What leads on, without what only a RST or a correction does: these are drawn where they were taken. @param {Rule} rule @param {string[]} names */
function leadsOn(rule, names) {
    if (names[rule.from] === "SYN-RECEIVED" && names[rule.to] === "LISTEN") return true; // the one RST of figure 5
    const states = [
        "UNKNOWN",
        "SYN-SENT",
        "SYN-RECEIVED",
        "ESTABLISHED",
        "FIN-WAIT-1",
        "CLOSE-WAIT",
        "FIN-WAIT-2",
        "CLOSING",
        "LAST-ACK",
        "TIME-WAIT",
        "CLOSED",
    ];
    const [from, to] = [states.indexOf(names[rule.from]), states.indexOf(names[rule.to])];
    return from >= 0 && from < to && from < states.length - 1 && !/RST|ICMP|lost/.test(rule.cue);
}

/** @param {string} cue observed, presumed, or taken back by what followed */
export function basis(cue) {
    return cue.startsWith("snd") ? "observed" : cue.startsWith("rcv") ? "presumed" : "taken back";
}

/** @param {Story} story @returns {Move[]} in order */
export function movesOf(story) {
    return Object.entries(story.more)
        .flatMap(([at, more]) => (more.moves ?? []).map(([side, from, to, rule]) => ({at: Number(at), side, from, to, rule})))
        .sort((a, b) => a.at - b.at);
}

/** @param {Capture} capture @param {Story} story @param {number} side */
export function stateMachine(capture, story, side) {
    const names = capture.vocabulary.states.map((state) => state.name),
        {rules} = capture.vocabulary;
    const moves = movesOf(story).filter((move) => move.side === side);
    const pairs = new Set(rules.filter((rule) => leadsOn(rule, names)).map((rule) => `${names[rule.from]}>${names[rule.to]}`));
    const base = [...pairs]
        .map((key) => key.split(">"))
        .map(([from, to]) => {
            const {d, head} = route(from, to, pairs.has(`${to}>${from}`));
            return svg("g", {class: "edge", "data-edge": `${from} ${to}`}, svg("path", {d}), svg("path", {class: "head", d: head}));
        });
    const trace = svg("g", {class: "trace"}),
        labels = svg("g", {class: "labels"});
    /** @type {Map<string, SVGGElement>} */
    const boxes = new Map();
    for (const [name, [x, y]] of Object.entries(PLACES)) {
        if (!names.includes(name)) continue;
        const rect = {x: x - HALF[0], y: y - HALF[1], width: 2 * HALF[0], height: 2 * HALF[1], rx: 6};
        boxes.set(
            name,
            svg(
                "g",
                {class: "state"},
                svg("rect", {class: `box state-${name}`, ...rect}),
                svg("rect", {class: "presumed", ...rect, fill: "url(#hatch)"}),
                svg("rect", {class: "frame", ...rect}),
                svg("text", {x, y: y + 4, "text-anchor": "middle"}, name),
            ),
        );
    }
    const title = side === 0 ? "Client" : "Server";
    const now = html("b", {}),
        picture = svg(
            "svg",
            {class: "machine", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img"},
            ...base,
            trace,
            ...boxes.values(),
            labels,
        );
    const rule = html("p", {class: "rule"});
    const element = html("figure", {class: "machine"}, html("figcaption", {}, `${title}: `, now), picture, rule);

    /** @param {number} at @param {boolean} hidden the answers are */
    function show(at, hidden) {
        const end = endpoint(story, at, side),
            name = stateName(capture, end);
        const taken = hidden ? [] : moves.filter((move) => move.at <= at),
            last = taken[taken.length - 1];
        now.textContent = hidden ? "?" : name + (end.presumed ? " (presumed)" : "");
        const been = new Set(taken.flatMap((move) => [names[move.from], names[move.to]]));
        for (const [state, box] of boxes)
            box.setAttribute(
                "class",
                "state" +
                    (been.has(state) ? " been" : "") +
                    (!hidden && state === name ? " now" + (end.presumed ? " guess" : "") : ""),
            );
        const seen = new Set(taken.map((move) => `${names[move.from]}>${names[move.to]}`));
        const current = taken.filter((move) => move.at === at);
        trace.replaceChildren(
            ...[...seen].map((key) => {
                const [from, to] = key.split(">"),
                    {d, head} = route(from, to, seen.has(`${to}>${from}`));
                const fresh = current.some((move) => key === `${names[move.from]}>${names[move.to]}`);
                const steps = taken.filter((move) => key === `${names[move.from]}>${names[move.to]}`),
                    cue = rules[steps[steps.length - 1].rule]?.cue ?? "";
                return svg(
                    "g",
                    {class: `taken ${basis(cue).replace(" ", "-")}${fresh ? " fresh" : ""}`},
                    svg("path", {d}),
                    svg("path", {class: "head", d: head}),
                );
            }),
        );
        labels.replaceChildren(
            ...current.map((move) => {
                const {label} = route(names[move.from], names[move.to], seen.has(`${names[move.to]}>${names[move.from]}`));
                return beside(label, names[move.from], names[move.to], rules[move.rule]?.cue ?? "");
            }),
        );
        rule.replaceChildren(
            ...(hidden
                ? [""]
                : current.length
                  ? current.flatMap((move) => [
                        html("span", {class: "move"}, `${names[move.from]} → ${names[move.to]}`),
                        html("span", {class: "why"}, rules[move.rule]?.why ?? "no rule of the table"),
                    ])
                  : [
                        html(
                            "span",
                            {class: "why"},
                            at < 0
                                ? "Nothing was heard yet."
                                : last
                                  ? `unchanged since ${frameOf(story, last.at)}`
                                  : "no change so far",
                        ),
                    ]),
        );
        picture.setAttribute(
            "aria-label",
            `State machine of the ${SIDES[side]}, ${hidden ? "state not shown" : `in ${name}${end.presumed ? ", presumed" : ""}`}`,
        );
    }
    return {element, show};
}

/** The way of both, as a table. @param {Capture} capture @param {Story} story */
export function movesTable(capture, story) {
    const {rules, states} = capture.vocabulary;
    return pictureTable(
        "The state machines as a table",
        ["frame", "endpoint", "from", "to", "cue", "rule"],
        movesOf(story).map((move) => [
            story.frame[move.at] ?? "",
            SIDES[move.side],
            states[move.from]?.name ?? "",
            states[move.to]?.name ?? "",
            rules[move.rule]?.cue ?? "",
            rules[move.rule]?.why ?? "",
        ]),
    );
}
