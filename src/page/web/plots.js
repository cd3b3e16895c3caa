// SPDX-License-Identifier: GPL-2.0-or-later
// Pictures of all connections: how long they had been idle, how long they lived.
import {html, svg, onWidth, pictureTable} from "./dom.js";
import {count, duration, plural} from "./words.js";
import {place} from "./data.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Timeout} Timeout */
/** @typedef {{low: number, high: number, rows: number[]}} Bin */
/** @typedef {(rows: number[], title: string) => void} Choose */
/** @typedef {{seconds: number, label: string, rows: number[], products: string[]}} Mark */

const PER_DECADE = 6;
const TICKS = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 60, 600, 3600, 21600, 86400, 864000];

/** @param {number[]} rows @param {(row: number) => any} of @returns {Bin[]} */
function logBins(rows, of) {
    /** @type {Map<number, number[]>} */
    const bins = new Map();
    for (const row of rows) {
        const bin = Math.floor(Math.log10(Math.max(of(row), 1e-6)) * PER_DECADE + 1e-9);
        const there = bins.get(bin);
        if (there) there.push(row);
        else bins.set(bin, [row]);
    }
    return [...bins]
        .sort((a, b) => a[0] - b[0])
        .map(([bin, inside]) => ({low: 10 ** (bin / PER_DECADE), high: 10 ** ((bin + 1) / PER_DECADE), rows: inside}));
}

/** @param {Timeout[]} timeouts @param {number[]} rows @param {(row: number) => number} of @returns {Mark[]} */
function marks(timeouts, rows, of) {
    /** @type {Map<number, Mark>} */
    const bySeconds = new Map();
    for (const {seconds, within, product} of timeouts) {
        const near = () => rows.filter((row) => Math.abs(of(row) - seconds) <= within);
        const mark = bySeconds.get(seconds) ?? {seconds, products: [], label: duration(seconds), rows: near()};
        mark.products.push(product);
        bySeconds.set(seconds, mark);
    }
    return [...bySeconds.values()].sort((a, b) => a.seconds - b.seconds);
}

/**
 * @param {{title: string, lead: string, bins: Bin[], marks: Mark[], choose: Choose, what: string}} plot
 */
function logHistogram({title, lead, bins, marks: timeouts, choose, what}) {
    const picture = html("div", {class: "picture"});
    const low = Math.floor(Math.log10(bins[0].low) + 1e-9),
        high = Math.max(low + 1, Math.ceil(Math.log10(bins[bins.length - 1].high) - 1e-9));
    const most = Math.max(...bins.map((bin) => bin.rows.length));
    const name = (/** @type {Bin} */ bin) => `${duration(bin.low)} to ${duration(bin.high)}`;
    const met = timeouts.filter((mark) => mark.rows.length > 0);
    onWidth(picture, (width) => {
        const left = 48,
            right = 12,
            top = 12 + 16 * met.length,
            height = 120,
            bottom = top + height;
        const x = (/** @type {number} */ seconds) => left + ((Math.log10(seconds) - low) / (high - low)) * (width - left - right);
        const y = (/** @type {number} */ n) => bottom - (n / most) * height;
        const ticks = TICKS.filter((tick) => tick >= 10 ** low * 0.999 && tick <= 10 ** high * 1.001);
        const sparse = ticks.filter((_, i) => i % Math.ceil((ticks.length * 52) / (width - left - right)) === 0);
        picture.replaceChildren(
            svg(
                "svg",
                {
                    width,
                    height: bottom + 26,
                    viewBox: `0 0 ${width} ${bottom + 26}`,
                    role: "img",
                    "aria-label": `${title}. ${lead}`,
                },
                svg("line", {class: "axis", x1: left, x2: width - right, y1: bottom, y2: bottom}),
                svg("text", {class: "tick", x: left - 6, y: top + 8, "text-anchor": "end"}, count(most)),
                ...sparse.flatMap((tick) => [
                    svg("line", {class: "axis", x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4}),
                    svg("text", {class: "tick", x: x(tick), y: bottom + 18, "text-anchor": "middle"}, duration(tick)),
                ]),
                ...bins.map((bin) =>
                    svg(
                        "rect",
                        {
                            class: "bar",
                            x: x(bin.low) + 1,
                            width: Math.max(2, x(bin.high) - x(bin.low) - 2),
                            y: Math.min(y(bin.rows.length), bottom - 2),
                            height: Math.max(2, bottom - y(bin.rows.length)),
                            click: () => choose(bin.rows, `${what} ${name(bin)}`),
                        },
                        svg("title", {}, `${name(bin)}: ${plural(bin.rows.length, "connection")}`),
                    ),
                ),
                ...met.flatMap((mark, i) => {
                    const at = x(mark.seconds),
                        line = top - 6 - 16 * i,
                        late = at > width * 0.6;
                    return [
                        svg("line", {class: "timeout", x1: at, x2: at, y1: line - 8, y2: bottom}),
                        svg(
                            "text",
                            {class: "timeout", x: at + (late ? -5 : 5), y: line, "text-anchor": late ? "end" : "start"},
                            `${mark.label}: ${plural(mark.rows.length, "connection")}`,
                        ),
                    ];
                }),
                ...timeouts
                    .filter((mark) => !mark.rows.length && mark.seconds >= 10 ** low && mark.seconds <= 10 ** high)
                    .map((mark) =>
                        svg(
                            "path",
                            {class: "unmet", d: `M${x(mark.seconds)} ${bottom}l-3.5 -6h7z`},
                            svg("title", {}, `${mark.label}: ${mark.products.join(", ")}; no connection ended then`),
                        ),
                    ),
            ),
        );
    });
    return html(
        "figure",
        {},
        html("figcaption", {}, html("h2", {}, title), html("p", {}, lead)),
        picture,
        met.length
            ? html(
                  "ul",
                  {class: "consistent"},
                  ...met.map((mark) =>
                      html(
                          "li",
                          {},
                          html(
                              "button",
                              {type: "button", click: () => choose(mark.rows, `idle for about ${mark.label}`)},
                              plural(mark.rows.length, "connection"),
                          ),
                          ` after about ${mark.label} of silence: consistent with ${mark.products.join("; ")}`,
                      ),
                  ),
              )
            : null,
        pictureTable(
            `${title}: as a table`,
            [what, "connections", "in the table above"],
            bins.map((bin) => [
                name(bin),
                count(bin.rows.length),
                html(
                    "button",
                    {
                        type: "button",
                        "aria-label": `Show ${what} ${name(bin)}`,
                        click: () => choose(bin.rows, `${what} ${name(bin)}`),
                    },
                    "Show",
                ),
            ]),
        ),
    );
}

/**
 * Durations in a column of the table; null where there is nothing to be seen.
 * @param {Capture} capture @param {string} column @param {{title: string, lead: string, choose: Choose, what: string}} plot
 * @param {Timeout[]} timeouts that may be behind them
 */
function durationPlot(capture, column, plot, timeouts) {
    const at = place(capture, column),
        of = (/** @type {number} */ row) => capture.connections[row][at];
    const rows = capture.connections.map((_, row) => row).filter((row) => typeof of(row) === "number");
    if (at < 0 || rows.length < 2) return null;
    return logHistogram({...plot, bins: logBins(rows, of), marks: marks(timeouts, rows, of)});
}

/** @param {Capture} capture @param {Choose} choose */
export function idlePlot(capture, choose) {
    const title = "Idle before the end",
        lead = "How long nothing had been said before a FIN or RST, or what the RST answered. Timers show as peaks.";
    return durationPlot(capture, "close_idle", {title, lead, choose, what: "idle for"}, capture.timeouts);
}

/** @param {Capture} capture @param {Choose} choose */
export function lifetimePlot(capture, choose) {
    const title = "Lifetimes",
        lead = "From the first segment of a connection to its last.";
    return durationPlot(capture, "duration", {title, lead, choose, what: "lived for"}, []);
}
