// SPDX-License-Identifier: GPL-2.0-or-later
// The table of connections: sorted by any column, filtered as one types.
import {html, announce} from "./dom.js";
import {count, plural, printed, timeOfDay} from "./words.js";
import {swatch} from "./glyphs.js";
import {colourOf, place, shownColumns, socket, value} from "./data.js";
import {VirtualTable} from "./table.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Column} Column */

const LABELS = new Map(Object.entries({conn: "#", rst_cause: "RST cause", close_idle: "idle", sentence: "what happened"}));
const USUAL = ["conn", "client", "server", "start", "duration", "outcome", "rst_cause", "close_idle", "sentence"];
const NARROW = ["conn", "server", "outcome", "rst_cause"];
const WIDTHS = new Map(
    Object.entries({
        conn: 64,
        start: 126,
        client: 176,
        server: 176,
        duration: 98,
        outcome: 126,
        rst_cause: 172,
        close_idle: 84,
        sentence: 256,
        rst_explanation: 420,
        client_state: 130,
        server_state: 130,
    }),
);
const NUMERIC = new Set(["index", "number", "signed", "bytes", "frame", "duration", "time"]);

/** @param {Capture} capture @param {Column} column */
function shown(capture, column) {
    const at = place(capture, column.name),
        {outcomes, causes} = capture.vocabulary;
    const words = {outcome: outcomes, rst_cause: causes}[column.name];
    /** @param {number} row */
    const cell = (row) => {
        const content = capture.connections[row][at];
        if (content === null || content === undefined) return "";
        if (column.name === "client" || column.name === "server") return socket(capture, row, column.name);
        if (words) return swatch(colourOf(words, content), content);
        if (column.name === "start") return timeOfDay(content);
        return column.type === "number" && column.name.endsWith("port") ? String(content) : printed(content, column.type);
    };
    return {
        name: column.name,
        label: LABELS.get(column.name) ?? column.name.replace(/_/g, " "),
        help: column.help,
        width: WIDTHS.get(column.name) ?? 110,
        numeric: NUMERIC.has(column.type) && column.name !== "conn" && !column.name.endsWith("port"),
        cell,
    };
}

/** @param {any} a @param {any} b missing values come last, whichever way is up */
function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {Capture} capture */
function haystacks(capture) {
    /** @type {string[] | null} */
    let texts = null;
    const columns = shownColumns(capture).map((column) => place(capture, column.name));
    return () =>
        (texts ??= capture.connections.map((row) => {
            let text = "";
            for (const at of columns) if (row[at] !== null && row[at] !== undefined) text += `${row[at]}\n`;
            return text.toLowerCase();
        }));
}

/** @param {Capture} capture @param {string} text words that all must be there; column=value asks one column */
function matcher(capture, text) {
    const tests = text
        .toLowerCase()
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => {
            const [, name, wanted] = /^([a-z_]+)=(.*)$/.exec(word) ?? [];
            const at = name ? place(capture, name) : -1;
            const hidden = at < 0 || !shownColumns(capture).includes(capture.columns[at]);
            return hidden
                ? (/** @type {string} */ all) => all.includes(word)
                : (/** @type {string} */ _all, /** @type {any[]} */ row) => String(row[at] ?? "").toLowerCase() === wanted;
        });
    return (/** @type {string} */ all, /** @type {any[]} */ row) => tests.every((test) => test(all, row));
}

/** @param {Capture} capture */
export function connectionTable(capture) {
    const columns = shownColumns(capture);
    const narrow = matchMedia("(max-width: 40em)");
    let names = new Set(narrow.matches ? NARROW : USUAL);
    /** @type {Set<number> | null} */
    let chosen = null;
    /** @type {(() => void) | null} */
    let cleared = null;
    let sort = {name: "conn", down: false};
    const texts = haystacks(capture);
    const visible = () => columns.filter((column) => names.has(column.name)).map((column) => shown(capture, column));

    const table = new VirtualTable("Connections", visible(), {
        link: (row) => `#conn=${value(capture, row, "conn")}`,
        sort: (name) => {
            sort = {name, down: sort.name === name && !sort.down};
            update();
        },
    });

    const order = (/** @type {number[]} */ rows) => {
        const at = place(capture, sort.name),
            all = capture.connections,
            way = sort.down ? -1 : 1;
        const missing = (/** @type {number} */ row) => all[row][at] === null || all[row][at] === undefined;
        const present = rows.filter((row) => !missing(row)).sort((a, b) => way * compare(all[a][at], all[b][at]) || a - b);
        return present.concat(rows.filter(missing));
    };
    const found = html("output", {class: "found"});
    const search = html("input", {
        type: "search",
        id: "filter",
        autocomplete: "off",
        spellcheck: "false",
        placeholder: capture.hide_answers ? "10.0.0.5, or server_port=443" : "10.0.0.5 crash, or outcome=crashed",
        input: () => update(),
    });
    const choice = html("p", {class: "choice"});
    const whole = capture.connections.map((_, row) => row),
        conn = place(capture, "conn");

    function update() {
        const text = search.value.trim();
        let rows = chosen ? whole.filter((row) => chosen?.has(capture.connections[row][conn])) : whole;
        if (text) {
            const all = texts(),
                matches = matcher(capture, text);
            rows = rows.filter((row) => matches(all[row], capture.connections[row]));
        }
        table.sorted = sort;
        table.drawHead();
        table.setRows(order(rows));
        found.textContent =
            rows.length === whole.length
                ? plural(whole.length, "connection")
                : `${count(rows.length)} of ${count(whole.length)} connections`;
    }

    /** @param {Set<number> | null} connections @param {string} why */
    function choose(connections, why) {
        chosen = connections;
        choice.replaceChildren(
            ...(connections
                ? [
                      "Only: ",
                      html("b", {}, why),
                      " ",
                      html(
                          "button",
                          {
                              type: "button",
                              click: () => {
                                  choose(null, "");
                                  cleared?.();
                                  search.focus();
                              },
                          },
                          "Show all",
                      ),
                  ]
                : []),
        );
        update();
        announce(found.textContent ?? "");
    }

    const picker = html(
        "details",
        {class: "columns"},
        html("summary", {}, "Columns"),
        html(
            "fieldset",
            {},
            html("legend", {class: "unseen"}, "Columns of the table"),
            ...columns
                .filter((column) => column.name !== "conn")
                .map((column) =>
                    html(
                        "label",
                        {title: column.help},
                        html("input", {
                            type: "checkbox",
                            checked: names.has(column.name),
                            change: (/** @type {Event} */ e) => {
                                if (/** @type {HTMLInputElement} */ (e.target).checked) names.add(column.name);
                                else names.delete(column.name);
                                table.setColumns(visible());
                            },
                        }),
                        column.name,
                    ),
                ),
        ),
    );
    const element = html(
        "section",
        {class: "connections", "aria-labelledby": "connections"},
        html("h2", {id: "connections"}, "Connections"),
        html("div", {class: "tools"}, html("label", {for: "filter"}, "Filter"), search, found, picker),
        choice,
        table.element,
    );
    update();
    const before = () => table.print(true),
        after = () => table.print(false);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return {
        element,
        choose,
        whenCleared: (/** @type {() => void} */ f) => {
            cleared = f;
        },
        close: () => {
            removeEventListener("beforeprint", before);
            removeEventListener("afterprint", after);
        },
    };
}
