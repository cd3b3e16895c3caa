// SPDX-License-Identifier: GPL-2.0-or-later
// When something happened, kind by kind: what failed together stands in one column.
import {html, svg, onWidth, pictureTable} from "./dom.js";
import {count, timeOfDay, instant} from "./words.js";
import {colourOf, place} from "./data.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./plots.js").Choose} Choose */
/** @typedef {{name: string, colour: string | null, rows: number[], times: number[]}} Lane */

/** @param {Capture} capture @returns {Lane[]} */
function lanes(capture) {
    const at = (/** @type {string} */ name) => place(capture, name);
    const [start, outcome, cause, rst, half, since] = [
        "start",
        "outcome",
        "rst_cause",
        "rst_time",
        "half_open_time",
        "half_open",
    ].map(at);
    /** @type {Map<string, Lane>} */
    const all = new Map();
    const add = (
        /** @type {string} */ name,
        /** @type {string | null} */ colour,
        /** @type {number} */ row,
        /** @type {any} */ time,
    ) => {
        if (typeof time !== "number") return;
        const lane = all.get(name) ?? {name, colour, rows: [], times: []};
        lane.rows.push(row);
        lane.times.push(time);
        all.set(name, lane);
    };
    const {outcomes, causes} = capture.vocabulary;
    capture.connections.forEach((values, row) => {
        add("begun", null, row, values[start]);
        if (values[cause]) add(`RST: ${values[cause]}`, colourOf(causes, values[cause]), row, values[rst]);
        if (values[since]) add("half-open", colourOf(outcomes, "half-open"), row, values[half]);
        if (values[outcome] === "unanswered" || values[outcome] === "embryonic")
            add(values[outcome], colourOf(outcomes, values[outcome]), row, values[start]);
    });
    const [begun, ...rest] = [...all.values()];
    return begun ? [begun, ...rest.sort((a, b) => b.rows.length - a.rows.length).slice(0, 7)] : [];
}

/** @param {Capture} capture @param {Choose} choose */
export function eventPlot(capture, choose) {
    const all = lanes(capture),
        span = capture.last - capture.first;
    if (!all.length || span <= 0) return null;
    const title = "Events over time",
        lead = "What stands together happened together: an outage is a column.";
    const picture = html("div", {class: "picture"});
    const column = (/** @type {number} */ time, /** @type {number} */ columns) =>
        Math.min(columns - 1, Math.max(0, Math.floor(((time - capture.first) / span) * columns)));
    /** @param {number} columns */
    const binned = (columns) =>
        all.map((lane) => {
            /** @type {number[][]} */
            const bins = Array.from({length: columns}, () => []);
            lane.times.forEach((time, i) => bins[column(time, columns)].push(lane.rows[i]));
            return bins;
        });
    const when = (/** @type {number} */ i, /** @type {number} */ columns) => timeOfDay(capture.first + (span * i) / columns);
    onWidth(picture, (width) => {
        const label = Math.min(190, Math.max(110, width * 0.28)),
            pitch = 30,
            columns = Math.max(10, Math.floor((width - label - 8) / 7)),
            w = (width - label - 8) / columns;
        const bins = binned(columns),
            bottom = all.length * pitch + 4;
        picture.replaceChildren(
            svg(
                "svg",
                {
                    width,
                    height: bottom + 22,
                    viewBox: `0 0 ${width} ${bottom + 22}`,
                    role: "img",
                    "aria-label": `${title}. ${lead}`,
                },
                ...all.flatMap((lane, l) => {
                    const base = (l + 1) * pitch,
                        most = Math.max(...bins[l].map((rows) => rows.length));
                    return [
                        svg("line", {class: "axis faint", x1: label, x2: width - 8, y1: base + 0.5, y2: base + 0.5}),
                        svg("text", {class: "lane", x: 0, y: base - 4}, `${lane.name} (${count(lane.rows.length)})`),
                        ...bins[l].flatMap((rows, i) =>
                            rows.length
                                ? [
                                      svg(
                                          "rect",
                                          {
                                              class: lane.colour ? "bar coloured" : "bar",
                                              fill: lane.colour ?? undefined,
                                              x: label + i * w + 0.5,
                                              width: Math.max(2, w - 1),
                                              height: 4 + (18 * rows.length) / most,
                                              y: base - 4 - (18 * rows.length) / most,
                                              click: () => choose(rows, `${lane.name} from ${when(i, columns)}`),
                                          },
                                          svg("title", {}, `${when(i, columns)}: ${count(rows.length)} × ${lane.name}`),
                                      ),
                                  ]
                                : [],
                        ),
                    ];
                }),
                svg("text", {class: "tick", x: label, y: bottom + 16}, instant(capture.first).slice(11, 19)),
                svg(
                    "text",
                    {class: "tick", x: width - 8, y: bottom + 16, "text-anchor": "end"},
                    instant(capture.last).slice(11, 19),
                ),
            ),
        );
    });
    const coarse = 12,
        bins = binned(coarse);
    return html(
        "figure",
        {class: "wide"},
        html("figcaption", {}, html("h2", {}, title), html("p", {}, lead)),
        picture,
        pictureTable(
            `${title}: as a table`,
            ["from (UTC)", ...all.map((lane) => lane.name)],
            Array.from({length: coarse}, (_, i) => [
                when(i, coarse),
                ...bins.map((lane) => (lane[i].length ? count(lane[i].length) : "")),
            ]),
        ),
    );
}
