// SPDX-License-Identifier: GPL-2.0-or-later
// The ladder: two lifelines whose bands are the states, segments as arrows between them. Only what is visible is drawn.
import {html, svg, onWidth, wrapped} from "./dom.js";
import {count, spoken} from "./words.js";
import {socket} from "./data.js";
import {arrow, flagsAndLength, frameOf, numbersOf} from "./arrows.js";
import {between, shading} from "./between.js";
import {labels} from "./labels.js";
import {bandsOf, kindsOf, layOut, lowerBound, namedEvents} from "./layout.js";
import {hasTruth, trueBand, trueBandsOf} from "./truth.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Band} Band */
/** @typedef {import("./truth.js").TrueBand} TrueBand */
/** @typedef {import("./arrows.js").Frame} Frame */

const PRINTED = 120;
const SLICE = 6;
const SPARE = 200;

/** @param {Capture} capture @param {string[]} names of events @returns {string} */
function worst(capture, names) {
    const all = names.map((name) => capture.vocabulary.events.find((event) => event.name === name)?.severity ?? "note");
    return ["error", "warn", "note"].find((name) => all.includes(name)) ?? "note";
}

export class Ladder {
    /**
     * @param {Capture} capture @param {number} row @param {Story} story
     * @param {{hidden: (i: number) => boolean, covered: () => boolean, choose: (i: number) => void}} options
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
        /** @type {TrueBand[]} */
        this.trueBands = [];
        /** @type {Float64Array[]} where each ends */
        this.bandEnds = [];
        this.canvas = svg("svg", {
            class: "ladder",
            role: "img",
            "aria-label": "Ladder of the segments; the table below it says the same",
            click: (/** @type {MouseEvent} */ e) => this.#click(e),
        });
        this.scroller = html(
            "div",
            {class: "ladder", tabindex: 0, role: "region", "aria-label": "Ladder", scroll: () => this.draw()},
            this.canvas,
        );
        this.names = html(
            "div",
            {class: "lifelines", "aria-hidden": "true"},
            html("span", {}, html("b", {}, "Client"), html("span", {}, socket(capture, row, "client"))),
            hasTruth() && html("span", {class: "of-truth"}, "narrow: true states, as recorded"),
            html("span", {}, html("b", {}, "Server"), html("span", {}, socket(capture, row, "server"))),
        );
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
        const {story, options} = this,
            all = (/** @type {number} */ i) => options.hidden(i);
        this.layout = this.#layOut();
        this.bands = [0, 1].map((side) => bandsOf(story, this.layout, side, all));
        this.trueBands = this.#covered() ? [] : [0, 1].flatMap((side) => trueBandsOf(this.capture, story, this.layout, side));
        this.bandEnds = this.bands.map((bands) => Float64Array.from(bands, (band) => band.y1));
        this.draw();
    }

    #layOut() {
        return layOut(
            this.story,
            this.#covered(),
            (i) => this.#below(i).length + this.#events(i).length,
            (text) => this.#wrap(text),
        );
    }

    /** Whether the answers are hidden. */
    #covered() {
        return this.options.covered();
    }

    /** @param {string} text @returns {string[]} */
    #wrap(text) {
        return this.frame.narrow ? wrapped(text, 600, 12.5, this.frame.right - this.frame.left - 10) : [text];
    }

    /** The lines below an arrow. @param {number} i @returns {string[]} */
    #below(i) {
        const kinds = kindsOf(this.capture, this.story, i, this.#covered()),
            numbers = numbersOf(this.story, i);
        return this.frame.narrow
            ? [numbers, ...kinds.flatMap((kind) => this.#wrap(kind))]
            : [[numbers, ...kinds].filter(Boolean).join(" · ")];
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
        const top = layout.starts[at] - 30,
            bottom = layout.sent[at] + 70;
        if (top < scroller.scrollTop || bottom > scroller.scrollTop + scroller.clientHeight)
            scroller.scrollTop = Math.max(0, (top + bottom) / 2 - scroller.clientHeight / 2);
    }

    /** Whether the row of this step is below what the window shows. */
    isBelow() {
        return this.at >= 0 && this.canvas.getBoundingClientRect().top + this.layout.sent[this.at] + 24 > innerHeight;
    }

    /** On paper the ladder is a row of pictures, between which a page may end. @param {boolean} printing */
    print(printing) {
        const {story, layout} = this,
            n = Math.min(story.frame.length, PRINTED);
        this.printing = printing;
        this.printNote.textContent =
            printing && n < story.frame.length ? `${n} of ${count(story.frame.length)} segments are printed.` : "";
        if (!printing) {
            this.scroller.replaceChildren(this.canvas);
            this.draw();
            return;
        }
        const starts = [...layout.starts.slice(0, n)].sort((a, b) => a - b).filter((_, i) => i % SLICE === 0);
        const cuts = [0, ...starts.slice(1), n < story.frame.length ? layout.starts[n] : layout.height];
        this.scroller.replaceChildren(...cuts.slice(1).map((bottom, i) => this.#picture(cuts[i], bottom)));
    }

    /** @param {number} top @param {number} bottom */
    #picture(top, bottom) {
        const {frame} = this;
        const size = {width: frame.width, height: bottom - top, viewBox: `0 ${top} ${frame.width} ${bottom - top}`};
        return svg(
            "svg",
            {class: frame.narrow ? "ladder narrow" : "ladder", "aria-hidden": "true", ...size},
            ...this.#parts(top, bottom),
        );
    }

    draw() {
        if (this.printing) return;
        const {layout, frame, scroller} = this;
        const top = scroller.scrollTop - SPARE,
            bottom = scroller.scrollTop + Math.max(scroller.clientHeight, 300) + SPARE;
        this.canvas.setAttribute("class", frame.narrow ? "ladder narrow" : "ladder");
        this.canvas.setAttribute("width", String(frame.width));
        this.canvas.setAttribute("height", String(layout.height));
        this.canvas.replaceChildren(...this.#parts(top, bottom));
    }

    /** What is to be seen between two heights. @param {number} top @param {number} bottom @returns {SVGElement[]} */
    #parts(top, bottom) {
        const {layout, frame, story} = this,
            n = story.frame.length;
        /** @type {SVGElement[]} */
        const parts = [];
        for (const shade of layout.shades)
            if (shade.y1 >= top && shade.y0 <= bottom) parts.push(shading(shade, frame, top, bottom));
        if (this.at >= 0) parts.push(this.#selection());
        this.bands.forEach((bands, side) => {
            for (let b = lowerBound(this.bandEnds[side], top); b < bands.length && bands[b].y0 <= bottom; ++b)
                parts.push(this.#band(bands[b], top, bottom));
        });
        for (const band of this.trueBands) if (band.y1 >= top && band.y0 <= bottom) parts.push(trueBand(band, frame));
        for (const note of layout.notes)
            if (note.y + note.height >= top && note.y <= bottom) parts.push(between(note, frame, (text) => this.#wrap(text)));
        // With two points rows are not in the order of the frames, and arrows pass many of them: texts stand before all arrows.
        const from = layout.slanted ? 0 : lowerBound(layout.sent, top - 60);
        /** @type {SVGElement[]} */
        const texts = [];
        for (let i = from; i < n && (layout.slanted || layout.sent[i] <= bottom); ++i) {
            if (layout.sent[i] > bottom || Math.max(layout.sent[i], layout.received[i] || 0) < top - 60) continue;
            const name = i === this.at ? "segment now" : "segment";
            const segment = svg("g", {class: name, "data-i": i}, arrow(story, i, layout, frame, this.#covered()));
            parts.push(segment);
            if (layout.slanted) texts.push(svg("g", {class: name, "data-i": i}, ...this.#labels(i)));
            else segment.append(...this.#labels(i));
        }
        return [...parts, ...texts];
    }

    #selection() {
        const {layout, frame, at} = this,
            y = layout.starts[at] + 2,
            below = layout.slanted ? 18 : 6 + 15 * (this.#below(at).length + this.#events(at).length);
        return svg(
            "g",
            {class: "selection"},
            svg("rect", {x: 1, y, width: frame.width - 2, height: layout.sent[at] - y + below, rx: 6}),
        );
    }

    /** @param {Band} band @param {number} top @param {number} bottom */
    #band(band, top, bottom) {
        const {frame} = this,
            x = band.side === 0 ? frame.left - frame.truth - frame.band : frame.right + frame.truth,
            y0 = Math.max(band.y0, top - 20),
            y1 = Math.min(band.y1, bottom + 20);
        const name = band.hidden ? "?" : this.capture.vocabulary.states[band.state]?.name ?? "";
        const height = Math.max(0, y1 - y0),
            shape = {x, y: y0, width: frame.band, height};
        const visible = Math.max(y0, this.printing ? top : this.scroller.scrollTop);
        const label = Math.min(visible + 17, y1 - 7);
        return svg(
            "g",
            {class: "band"},
            svg("rect", {class: `box ${name && name !== "?" ? `state-${name}` : "covered"}`, ...shape}),
            band.presumed && !band.hidden && svg("rect", {...shape, fill: "url(#hatch)"}),
            svg("line", {class: "edge", x1: x, x2: x + frame.band, y1: band.y0, y2: band.y0}),
            y1 - y0 >= 13 &&
                svg(
                    "text",
                    {
                        class: band.presumed && !band.hidden ? "presumed" : null,
                        x: x + frame.band / 2,
                        y: label,
                        "text-anchor": "middle",
                    },
                    name + (band.presumed && !band.hidden ? "?" : ""),
                ),
        );
    }

    /** @param {number} i */
    #labels(i) {
        const {capture, story, layout, frame} = this;
        const cause = !this.#covered() && (story.flags[i] ?? 0) & 4 ? story.resets.find((reset) => reset.at === i)?.cause : null;
        const flags = flagsAndLength(capture, story, i) + (cause ? ` · ${cause}` : "");
        return labels(story, i, layout, frame, {
            flags,
            below: this.#below(i),
            events: this.#events(i),
            sign: worst(capture, this.#names(i)),
        });
    }

    /** The segment whose row is at a height. @param {number} y */
    #at(y) {
        const {starts, slanted} = this.layout;
        if (!slanted) return Math.max(0, lowerBound(starts, y) - 1);
        return starts.reduce((best, start, i) => (start <= y && start > starts[best] ? i : best), 0);
    }

    /** @param {MouseEvent} event */
    #click(event) {
        const group = /** @type {Element} */ (event.target).closest("g[data-i]");
        const y = event.clientY - this.canvas.getBoundingClientRect().top;
        const i = group ? Number(group.getAttribute("data-i")) : this.#at(y);
        if (!String(getSelection())) this.options.choose(i);
    }
}
