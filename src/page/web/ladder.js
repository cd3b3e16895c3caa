// SPDX-License-Identifier: GPL-2.0-or-later
// The ladder: two lifelines whose bands are the states, segments as arrows between them. Only what is visible is drawn.
import {html, svg, onWidth, textWidth, wrapped} from "./dom.js";
import {count, duration, spoken} from "./words.js";
import {MARK, isIcmp, nameOf, socket} from "./data.js";
import {severity, severitySign} from "./glyphs.js";
import {bandsOf, kindsOf, layOut, lowerBound, namedEvents} from "./layout.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Band} Band */
/** @typedef {{left: number, right: number, band: number, width: number, narrow: boolean}} Frame */

const PRINTED = 120;
const SPARE = 200;

/** @param {Story} story @param {number} i @returns {string} */
export function numbersOf(story, i) {
    const seq = story.seq[i], ack = story.ack[i], length = story.len[i];
    if (seq === null) return "";
    return `seq ${seq}${length ? `:${seq + length}` : ""}${ack === null ? "" : ` · ack ${ack}`}`;
}

/** @param {Capture} capture @param {Story} story @param {number} i */
function flagsAndLength(capture, story, i) {
    return nameOf(capture, story, i) + (story.len[i] ? ` · ${count(story.len[i] ?? 0)} B` : "");
}

/** @param {number} width @returns {Frame} */
function frameOf(width) {
    const narrow = width < 520, band = narrow ? 82 : 108, gutter = narrow ? 0 : 74;
    return {left: gutter + band, right: width - band - 1, band, width, narrow};
}

/** An ICMP error comes from somewhere between, or beyond. @param {Story} story @param {number} i @param {Layout} layout @param {Frame} frame */
function icmpArrow(story, i, layout, frame) {
    const middle = (frame.left + frame.right) / 2, y = layout.sent[i], x = story.side[i] === 0 ? frame.left : frame.right, way = Math.sign(x - middle);
    return svg("g", {class: "arrow icmp"}, svg("line", {x1: middle, y1: y, x2: x, y2: y}), svg("path", {class: "head", d: `M${x - 10 * way} ${y - 5}L${x - way} ${y}L${x - 10 * way} ${y + 5}`}),
        svg("path", {class: "origin", d: `M${middle - 6} ${y}l6 -6l6 6l-6 6z`}));
}

/** The line of a segment and its head. @param {Story} story @param {number} i @param {Layout} layout @param {Frame} frame */
function arrow(story, i, layout, frame) {
    if (isIcmp(story, i)) return icmpArrow(story, i, layout, frame);
    const mark = story.mark[i], fate = story.fate && story.fates ? story.fates[story.fate[i]] : "passed";
    const rst = Boolean((story.flags[i] ?? 0) & 4), toRight = story.side[i] === 0, lost = Number.isNaN(layout.received[i]) || /^lost/.test(fate);
    const injected = /^injected/.test(fate), middle = (frame.left + frame.right) / 2;
    const [x0, x1] = toRight ? [frame.left, frame.right] : [frame.right, frame.left];
    const y0 = layout.sent[i], y1 = lost && Number.isNaN(layout.received[i]) ? y0 + (layout.slanted ? 10 : 0) : layout.received[i];
    const from = injected ? [middle, (y0 + y1) / 2] : [x0, y0], to = lost ? [x0 + (x1 - x0) * 0.62, y0 + (y1 - y0) * 0.62] : [x1, y1];
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    const at = (/** @type {number} */ back, /** @type {number} */ side) => [to[0] - back * Math.cos(angle) - side * Math.sin(angle), to[1] - back * Math.sin(angle) + side * Math.cos(angle)].map((n) => n.toFixed(1)).join(" ");
    const chevron = (/** @type {number} */ back) => `M${at(back + 9, 5)}L${at(back, 0)}L${at(back + 9, -5)}`;
    const cross = (/** @type {number} */ back, /** @type {number} */ size) => `M${at(back - size, -size)}L${at(back + size, size)}M${at(back - size, size)}L${at(back + size, -size)}`;
    const head = lost ? cross(0, 6) : rst ? cross(9, 6) : mark & MARK.challenge ? chevron(1) + chevron(8) : `${chevron(1)}z`;
    const kind = [rst ? "rst" : "", lost ? "lost" : "", mark & MARK.retransmission ? "again" : "", mark & MARK.probe ? "probe" : "", mark & MARK.challenge ? "challenge" : ""].filter(Boolean);
    return svg("g", {class: ["arrow", ...kind].join(" ")}, svg("line", {x1: from[0], y1: from[1], x2: to[0], y2: to[1]}), svg("path", {class: "head", d: head}),
        injected && svg("circle", {class: "origin", cx: from[0], cy: from[1], r: 4}));
}

/** @param {Capture} capture @param {string[]} names of events @returns {string} */
function worst(capture, names) {
    const all = names.map((name) => capture.vocabulary.events.find((event) => event.name === name)?.severity ?? "note");
    return ["error", "warn", "note"].find((name) => all.includes(name)) ?? "note";
}

export class Ladder {
    /**
     * @param {Capture} capture @param {number} row @param {Story} story
     * @param {{hidden: (i: number) => boolean, choose: (i: number) => void}} options
     */
    constructor(capture, row, story, options) {
        this.capture = capture;
        this.story = story;
        this.options = options;
        this.at = -1;
        this.printing = false;
        this.frame = frameOf(640);
        this.layout = this.#layOut();
        /** @type {Band[][]} */
        this.bands = [];
        /** @type {Float64Array[]} where each ends */
        this.bandEnds = [];
        this.canvas = svg("svg", {class: "ladder", role: "img", "aria-label": "Ladder of the segments; the table below it says the same", click: (/** @type {MouseEvent} */ e) => this.#click(e)});
        this.scroller = html("div", {class: "ladder", tabindex: 0, role: "region", "aria-label": "Ladder", scroll: () => this.draw()}, this.canvas);
        this.names = html("div", {class: "lifelines", "aria-hidden": "true"}, html("span", {}, html("b", {}, "Client"), html("span", {}, socket(capture, row, "client"))),
            html("span", {}, html("b", {}, "Server"), html("span", {}, socket(capture, row, "server"))));
        this.printNote = html("p", {class: "print-note"});
        this.element = html("div", {class: "ladder-box"}, this.names, this.scroller, this.printNote);
        onWidth(this.scroller, (width) => {
            this.frame = frameOf(width);
            this.renew();
            this.reveal();
        });
    }

    /** Which answers are hidden has changed. */
    renew() {
        const {story, options} = this, all = (/** @type {number} */ i) => options.hidden(i);
        this.layout = this.#layOut();
        this.bands = [0, 1].map((side) => bandsOf(story, this.layout, side, all));
        this.bandEnds = this.bands.map((bands) => Float64Array.from(bands, (band) => band.y1));
        this.draw();
    }

    #layOut() {
        return layOut(this.story, this.#covered(), (i) => this.#below(i).length + this.#events(i).length, (text) => this.#wrap(text));
    }

    /** Whether the answers are hidden. */
    #covered() {
        return this.options.hidden(this.story.frame.length - 1);
    }

    /** @param {string} text @returns {string[]} */
    #wrap(text) {
        return this.frame.narrow ? wrapped(text, 600, 12.5, this.frame.right - this.frame.left - 10) : [text];
    }

    /** The lines below an arrow. @param {number} i @returns {string[]} */
    #below(i) {
        const kinds = kindsOf(this.story, i, this.#covered()), numbers = numbersOf(this.story, i);
        return this.frame.narrow ? [numbers, ...kinds] : [[numbers, ...kinds].filter(Boolean).join(" · ")];
    }

    /** The lines of events below that. @param {number} i @returns {string[]} */
    #events(i) {
        const names = this.#names(i).map(spoken);
        return this.frame.narrow || !names.length ? names : [names.join(", ")];
    }

    /** Events that the row of a segment names. @param {number} i */
    #names(i) {
        return this.#covered() ? [] : namedEvents(this.capture, this.story, i);
    }

    /** @param {number} at */
    select(at) {
        this.at = at;
        this.reveal();
        this.draw();
    }

    reveal() {
        const {scroller, layout, at} = this;
        if (at < 0) {
            scroller.scrollTop = 0;
            return;
        }
        const top = layout.starts[at] - 30, bottom = Math.max(layout.sent[at], layout.received[at] || 0) + 70;
        if (top < scroller.scrollTop || bottom > scroller.scrollTop + scroller.clientHeight)
            scroller.scrollTop = Math.max(0, (top + bottom) / 2 - scroller.clientHeight / 2);
    }

    /** @param {boolean} printing */
    print(printing) {
        this.printing = printing;
        const n = this.story.frame.length;
        this.printNote.textContent = printing && n > PRINTED ? `${PRINTED} of ${count(n)} segments are printed.` : "";
        this.frame = frameOf(printing ? Math.min(680, this.frame.width) : Math.max(260, this.scroller.clientWidth));
        this.draw();
    }

    draw() {
        const {layout, frame, scroller, story} = this, n = story.frame.length;
        const bound = this.printing && n > PRINTED ? layout.starts[PRINTED] : layout.height;
        const top = this.printing ? 0 : scroller.scrollTop - SPARE, bottom = this.printing ? bound : scroller.scrollTop + Math.max(scroller.clientHeight, 300) + SPARE;
        this.canvas.setAttribute("class", frame.narrow ? "ladder narrow" : "ladder");
        this.canvas.setAttribute("width", String(frame.width));
        this.canvas.setAttribute("height", String(bound));
        /** @type {SVGElement[]} */
        const parts = [];
        for (const shade of layout.shades) if (shade.y1 >= top && shade.y0 <= bottom) parts.push(this.#shade(shade, top, bottom));
        if (this.at >= 0) parts.push(this.#selection());
        this.bands.forEach((bands, side) => {
            for (let b = lowerBound(this.bandEnds[side], top); b < bands.length && bands[b].y0 <= bottom; ++b) parts.push(this.#band(bands[b], top, bottom));
        });
        for (const note of layout.notes) if (note.y + note.height >= top && note.y <= bottom) parts.push(this.#note(note));
        // With two points arrows may end below others that began later.
        const slack = layout.slanted ? 2000 : 60;
        for (let i = lowerBound(layout.sent, top - slack); i < n && layout.sent[i] <= bottom + (layout.slanted ? slack : 0); ++i)
            if (layout.sent[i] <= bottom || layout.received[i] <= bottom) parts.push(this.#segment(i));
        this.canvas.replaceChildren(...parts);
    }

    #selection() {
        const {layout, frame, at} = this, y = layout.starts[at] + 2, height = Math.max(layout.sent[at], layout.received[at] || 0) - y + 6 + 15 * (this.#below(at).length + this.#events(at).length);
        return svg("g", {class: "selection"}, svg("rect", {x: 1, y, width: frame.width - 2, height, rx: 6}));
    }

    /** @param {import("./layout.js").Shade} shade @param {number} top @param {number} bottom */
    #shade(shade, top, bottom) {
        const {left, right} = this.frame, y0 = Math.max(shade.y0, top), y1 = Math.min(shade.y1, bottom), x = shade.side === 0 ? left + 2 : right - 2;
        return svg("g", {class: `shade ${shade.kind}`}, svg("rect", {x: left, y: y0, width: right - left, height: Math.max(0, y1 - y0)}),
            svg("rect", {x: left, y: y0, width: right - left, height: Math.max(0, y1 - y0), fill: shade.kind === "silent" ? "url(#silence)" : "url(#halved)"}),
            svg("line", {x1: x, x2: x, y1: y0, y2: y1}));
    }

    /** @param {Band} band @param {number} top @param {number} bottom */
    #band(band, top, bottom) {
        const {frame} = this, x = band.side === 0 ? frame.left - frame.band : frame.right, y0 = Math.max(band.y0, top - 20), y1 = Math.min(band.y1, bottom + 20);
        const name = band.hidden ? "?" : this.capture.vocabulary.states[band.state]?.name ?? "";
        const height = Math.max(0, y1 - y0), shape = {x, y: y0, width: frame.band, height};
        const visible = Math.max(y0, this.printing ? 0 : this.scroller.scrollTop);
        const label = Math.min(visible + 17, y1 - 7);
        return svg("g", {class: "band"}, svg("rect", {class: `box ${name && name !== "?" ? `state-${name}` : "covered"}`, ...shape}),
            band.presumed && !band.hidden && svg("rect", {...shape, fill: "url(#hatch)"}),
            svg("line", {class: "edge", x1: x, x2: x + frame.band, y1: band.y0, y2: band.y0}),
            y1 - y0 >= 13 && svg("text", {class: band.presumed && !band.hidden ? "presumed" : null, x: x + frame.band / 2, y: label, "text-anchor": "middle"},
                name + (band.presumed && !band.hidden ? "?" : "")));
    }

    /** @param {import("./layout.js").Note} note */
    #note(note) {
        const {left, right, width} = this.frame, middle = (left + right) / 2, y = note.y + note.height / 2;
        if (note.kind !== "gap")
            return svg("g", {class: `note ${note.kind}`}, ...this.#wrap(note.text).map((line, i) => svg("text", {x: middle, y: note.y + 16 + 15 * i, "text-anchor": "middle"}, line)));
        const zigzag = (/** @type {number} */ x0, /** @type {number} */ x1) => {
            let d = `M${x0} ${y}`;
            for (let x = x0, up = true; x + 7 <= x1; x += 7, up = !up) d += `l7 ${up ? -5 : 5}`;
            return d;
        };
        return svg("g", {class: "gap"}, svg("path", {class: "cut", d: zigzag(left - this.frame.band, left) + zigzag(right, width - 1)}),
            svg("text", {x: middle, y: y + 4, "text-anchor": "middle"}, `${note.text} later`));
    }

    /** @param {number} i */
    #segment(i) {
        const {story, layout, frame, capture} = this, y = layout.sent[i], toRight = story.side[i] === 0, middle = (frame.left + frame.right) / 2;
        const x = layout.slanted ? (toRight ? frame.left + 12 : frame.right - 12) : middle, anchor = layout.slanted ? (toRight ? "start" : "end") : "middle";
        const cause = !this.#covered() && (story.flags[i] ?? 0) & 4 ? story.resets.find((reset) => reset.at === i)?.cause : null;
        const below = this.#below(i), events = this.#events(i), sign = worst(capture, this.#names(i));
        return svg("g", {class: i === this.at ? "segment now" : "segment", "data-i": i}, arrow(story, i, layout, frame),
            !frame.narrow && svg("text", {class: "time", x: 62, y: y - 2, "text-anchor": "end"}, duration(story.time[i] / 1e6)),
            !frame.narrow && svg("text", {class: "frame", x: 62, y: y + 12, "text-anchor": "end"}, `frame ${story.frame[i]}`),
            svg("text", {class: "flags", x, y: y - (isIcmp(story, i) ? 10 : 6), "text-anchor": anchor}, (frame.narrow ? `${story.frame[i]}: ` : "") + flagsAndLength(capture, story, i) + (cause ? ` · ${cause}` : "")),
            ...below.map((line, l) => svg("text", {class: "numbers", x, y: y + 13 + 15 * l, "text-anchor": anchor}, line)),
            ...events.flatMap((line, l) => {
                const half = textWidth(line, 600, 12) / 2, base = y + 14 + 15 * (below.length + l);
                const centre = !layout.slanted ? middle + 8 : toRight ? x + half + 17 : x - half;
                return [severitySign(sign, {x: centre - half - 17, y: base - 11, width: 13, height: 13}),
                    svg("text", {class: `event ${severity(sign)}`, x: centre, y: base, "text-anchor": "middle"}, line)];
            }));
    }

    /** @param {MouseEvent} event */
    #click(event) {
        const group = /** @type {Element} */ (event.target).closest("g[data-i]");
        const y = event.clientY - this.canvas.getBoundingClientRect().top;
        const i = group ? Number(group.getAttribute("data-i")) : Math.max(0, lowerBound(this.layout.starts, y) - 1);
        if (!String(getSelection())) this.options.choose(i);
    }
}
