// SPDX-License-Identifier: GPL-2.0-or-later
// How to read the pictures of a connection.
import {html} from "./dom.js";

/** @typedef {import("./data.js").Capture} Capture */

const SIGNS = [
    "A band is the state of an endpoint. Hatched, with a question mark: presumed, because it follows from what was sent to the " +
        "endpoint and nothing of its own confirms it yet.",
    "A dashed arrow repeats what was sent before, and a dotted one is a keepalive probe.",
    "A heavy arrow with a cross as its head is a RST, and a double head is a challenge ACK.",
    "An arrow that ends in a cross before it arrives was lost. One that begins at a dot in the middle was injected.",
    "A dotted arrow from a diamond is an ICMP error.",
    "Dots between the lifelines: one end is gone and the other does not know. Lines between them: half‑closed.",
    "A zigzag cuts out time in which nothing was sent. Otherwise time is not to scale.",
];

/** @param {Capture} capture */
export function legend(capture) {
    const states = capture.vocabulary.states.flatMap(({name, meaning}) => [html("dt", {}, name), html("dd", {}, meaning)]);
    return html(
        "details",
        {class: "equivalent"},
        html("summary", {}, "How to read the pictures"),
        html("ul", {class: "legend"}, ...SIGNS.map((text) => html("li", {}, text))),
        html("dl", {}, ...states),
    );
}
