// SPDX-License-Identifier: GPL-2.0-or-later
// A table of which only the visible rows exist. Arrow keys move among its rows, each of which has one link.
import {html} from "./dom.js";

/** @typedef {import("./dom.js").Child} Child */
/**
 * @typedef {{name: string, label: string, help?: string, width: number, numeric?: boolean, cell: (row: number) => Child,
 *     sortable?: boolean}} Shown
 */

const ROW = 34;
const SPARE = 8;
const PRINTED = 300;

export class VirtualTable {
    /**
     * @param {string} title
     * @param {Shown[]} columns the first holds the link of the row
     * @param {{link: (row: number) => string, sort?: (name: string) => void, current?: (row: number) => boolean}} options
     */
    constructor(title, columns, options) {
        this.columns = columns;
        this.options = options;
        /** @type {ArrayLike<number>} */
        this.rows = [];
        this.focused = 0;
        this.from = this.to = -1;
        this.printing = false;
        /** @type {{name: string, down: boolean} | null} */
        this.sorted = null;
        this.head = html("thead");
        this.body = html("tbody", {
            keydown: (/** @type {KeyboardEvent} */ e) => this.#key(e),
            click: (/** @type {MouseEvent} */ e) => this.#click(e),
        });
        this.table = html("table", {class: "virtual"}, html("caption", {class: "unseen"}, title), this.head, this.body);
        this.scroller = html(
            "div",
            {class: "scroll virtual", tabindex: 0, role: "region", "aria-label": `Table: ${title}`, scroll: () => this.#draw()},
            this.table,
        );
        this.printNote = html("p", {class: "print-note"});
        this.element = html("div", {class: "table"}, this.scroller, this.printNote);
        new ResizeObserver(() => requestAnimationFrame(() => this.#draw())).observe(this.scroller);
        this.setColumns(columns);
    }

    /** @param {Shown[]} columns */
    setColumns(columns) {
        this.columns = columns;
        this.table.style.width = `max(100%, ${columns.reduce((sum, column) => sum + column.width, 0)}px)`;
        this.drawHead();
        this.refresh();
    }

    drawHead() {
        const active = document.activeElement?.getAttribute("data-sort");
        this.head.replaceChildren(
            html(
                "tr",
                {},
                ...this.columns.map((column) => {
                    const way = this.sorted?.name === column.name ? (this.sorted.down ? "descending" : "ascending") : null;
                    const th = html(
                        "th",
                        {scope: "col", class: column.numeric ? "numeric" : null, title: column.help, "aria-sort": way},
                        this.options.sort && column.sortable !== false
                            ? html(
                                  "button",
                                  {type: "button", "data-sort": column.name, click: () => this.options.sort?.(column.name)},
                                  column.label,
                                  html(
                                      "span",
                                      {"aria-hidden": "true", class: "way"},
                                      way ? (way === "descending" ? " ▼" : " ▲") : "",
                                  ),
                              )
                            : column.label,
                    );
                    th.style.width = `${column.width}px`;
                    return th;
                }),
            ),
        );
        if (active) /** @type {HTMLElement | null} */ (this.head.querySelector(`[data-sort="${CSS.escape(active)}"]`))?.focus();
    }

    /** @param {ArrayLike<number>} rows */
    setRows(rows) {
        this.rows = rows;
        this.focused = 0;
        this.scroller.scrollTop = 0;
        this.table.setAttribute("aria-rowcount", String(rows.length + 1));
        this.refresh();
    }

    refresh() {
        this.from = this.to = -1;
        this.#draw();
    }

    /** @param {boolean} printing all rows, up to a bound */
    print(printing) {
        this.printing = printing;
        this.printNote.textContent =
            printing && this.rows.length > PRINTED ? `${PRINTED} of ${this.rows.length} rows are printed.` : "";
        this.refresh();
    }

    /** @param {number} i */
    #row(i) {
        const row = this.rows[i];
        const cells = this.columns.map((column, c) => {
            const content = column.cell(row);
            return c === 0
                ? html(
                      "th",
                      {scope: "row"},
                      html("a", {href: this.options.link(row), tabindex: i === this.focused ? 0 : -1, "data-row": i}, content),
                  )
                : html(
                      "td",
                      {
                          class: column.numeric ? "numeric" : null,
                          title: typeof content === "string" && content.length > 24 ? content : null,
                      },
                      content,
                  );
        });
        return html(
            "tr",
            {
                "aria-rowindex": i + 2,
                "data-row": i,
                class: i % 2 ? "odd" : null,
                "aria-current": this.options.current?.(row) ? "step" : null,
            },
            ...cells,
        );
    }

    /** @param {number} rows */
    #space(rows) {
        const cell = html("td", {colspan: this.columns.length});
        cell.style.height = `${rows * ROW}px`;
        return rows > 0 ? html("tr", {class: "space", "aria-hidden": "true"}, cell) : null;
    }

    #draw() {
        const {scrollTop, clientHeight} = this.scroller;
        const first = this.printing ? 0 : Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
        const last = this.printing
            ? Math.min(this.rows.length, PRINTED)
            : Math.min(this.rows.length, Math.ceil((scrollTop + Math.max(clientHeight, 400)) / ROW) + SPARE);
        const from = first - (first % 2);
        if (from === this.from && last === this.to) return;
        const held = this.body.contains(document.activeElement);
        this.from = from;
        this.to = last;
        const rows = [this.#space(from)];
        for (let i = from; i < last; ++i) rows.push(this.#row(i));
        if (!this.printing) rows.push(this.#space(this.rows.length - last));
        this.body.replaceChildren(.../** @type {Node[]} */ (rows.filter(Boolean)));
        if (held) this.#link(this.focused)?.focus({preventScroll: true});
        // A row must be reachable by Tab though the one that had the focus has been scrolled away.
        if (!this.#link(this.focused)) this.body.querySelector("a")?.setAttribute("tabindex", "0");
    }

    /** @param {number} i @returns {HTMLElement | null} */
    #link(i) {
        return this.body.querySelector(`a[data-row="${i}"]`);
    }

    /** @param {number} i */
    reveal(i) {
        const top = i * ROW,
            height = this.scroller.clientHeight - ROW - 8;
        if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
        else if (top + ROW > this.scroller.scrollTop + height) this.scroller.scrollTop = top + ROW - height;
        this.#draw();
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const link = /** @type {Element} */ (event.target).closest("a[data-row]");
        if (!link || event.ctrlKey || event.altKey || event.metaKey) return;
        const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW) - 2),
            now = Number(link.getAttribute("data-row"));
        const to = {
            ArrowDown: now + 1,
            ArrowUp: now - 1,
            PageDown: now + page,
            PageUp: now - page,
            Home: 0,
            End: this.rows.length - 1,
        }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        link.setAttribute("tabindex", "-1");
        this.focused = Math.min(this.rows.length - 1, Math.max(0, to));
        this.reveal(this.focused);
        const next = this.#link(this.focused);
        next?.setAttribute("tabindex", "0");
        next?.focus({preventScroll: true});
    }

    /** @param {MouseEvent} event */
    #click(event) {
        const target = /** @type {Element} */ (event.target);
        const row = target.closest("tr[data-row]");
        if (!row || target.closest("a") || String(getSelection())) return;
        location.hash = this.options.link(this.rows[Number(row.getAttribute("data-row"))]);
    }
}
