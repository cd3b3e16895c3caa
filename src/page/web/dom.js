// SPDX-License-Identifier: GPL-2.0-or-later
// Elements. Text becomes a text node and never markup, whatever a capture says.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Object<string, any>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes a function listens to the event of its name
 * @param {Child[]} children
 */
function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(name, value);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children)
        if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
    return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function html(tag, attributes = {}, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * What a picture shows, as a table that is opened on demand.
 * @param {string} title
 * @param {string[]} head
 * @param {Child[][]} rows
 */
export function pictureTable(title, head, rows) {
    return html(
        "details",
        {class: "equivalent"},
        html("summary", {}, title),
        html(
            "div",
            {class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}, its rows`},
            plainTable(title, head, rows),
        ),
    );
}

/**
 * @param {string} title
 * @param {string[]} head
 * @param {Child[][]} rows
 */
export function plainTable(title, head, rows) {
    return html(
        "table",
        {},
        html("caption", {class: "unseen"}, title),
        html("thead", {}, html("tr", {}, ...head.map((text) => html("th", {scope: "col"}, text)))),
        html("tbody", {}, ...rows.map((row) => html("tr", {}, ...row.map((cell) => html("td", {}, cell))))),
    );
}

/**
 * Draws again whenever the element gets another width.
 * @param {Element} element
 * @param {(width: number) => void} draw
 */
export function onWidth(element, draw) {
    let last = 0;
    new ResizeObserver(() =>
        requestAnimationFrame(() => {
            const width = Math.floor(element.clientWidth);
            if (width === last || width === 0 || !element.isConnected) return;
            last = width;
            draw(width);
        }),
    ).observe(element);
}

const pen = document.createElement("canvas").getContext("2d");

/** @param {string} text @param {number} weight @param {number} size in pixels @returns {number} */
export function textWidth(text, weight, size) {
    if (!pen) return 0.6 * size * text.length;
    pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return pen.measureText(text).width;
}

/** @param {string} text @param {number} weight @param {number} size @param {number} width @returns {string[]} lines that are no wider, if words allow it */
export function wrapped(text, weight, size, width) {
    /** @type {string[]} */
    const lines = [];
    for (const word of text.split(" ")) {
        const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
        if (lines.length && textWidth(longer, weight, size) <= width) lines[lines.length - 1] = longer;
        else lines.push(word);
    }
    return lines;
}

/** @param {string} text what a screen reader says */
export function announce(text) {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = text;
}
