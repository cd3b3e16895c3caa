// SPDX-License-Identifier: GPL-2.0-or-later
// What is to be known of one step.
import {html} from "./dom.js";
import {capital, count, duration, printed, spoken} from "./words.js";
import {SIDES, endpoint, eventsAt, fieldsAt, frameOf, isIcmp, nameOf, sentencesAt, stateName} from "./data.js";
import {isWrong, trueStates} from "./truth.js";
import {severitySign, severityWord} from "./glyphs.js";
import {kindsOf} from "./layout.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */

/** Fields that are the same on all segments. @param {Capture} capture @param {[number, any][]} all */
function connectionFields(capture, all) {
    const {fields} = capture.vocabulary;
    return html(
        "details",
        {},
        html("summary", {}, "Fields of the connection"),
        html(
            "dl",
            {},
            ...all
                .filter(([index]) => fields[index])
                .flatMap(([index, content]) => [
                    html("dt", {title: `${fields[index].name}: ${fields[index].help}`}, fields[index].label),
                    html("dd", {}, printed(content, fields[index].type)),
                ]),
        ),
    );
}

/** The true states, and whether the inferred ones are the same. @param {Capture} capture @param {Story} story @param {number} at */
function truth(capture, story, at) {
    const known = trueStates(story.frame[at]);
    if (!known) return [];
    return SIDES.flatMap((name, side) => {
        const inferred = stateName(capture, endpoint(story, at, side));
        return [
            html("dt", {}, `true state of the ${name} (${known.source})`),
            html("dd", {}, known.pair[side], !isWrong(inferred, known.pair[side]) ? "" : html("b", {}, ` ≠ inferred: ${inferred}`)),
        ];
    });
}

/** What hindsight knows at this step of what one endpoint does not know yet. @param {Story} story @param {number} at @returns {{kind: "silent" | "halved", text: string}[]} */
export function asides(story, at) {
    /** @type {{kind: "silent" | "halved", text: string}[]} */
    const lines = [];
    const tell = (/** @type {string} */ text) => lines.push({kind: "silent", text});
    for (const {since, until, gone, by, state} of story.half_open) {
        const dead = SIDES[gone],
            survivor = SIDES[1 - gone],
            ended = until === null ? null : frameOf(story, until);
        if (at < since || (until !== null && at > until)) continue;
        if (at === since && state === "confirmed")
            tell(`The last sign of life of the ${dead}. After it the ${dead} is gone, and nobody tells the ${survivor}.`);
        else if (at === since) tell(`The last that is heard of the ${dead} for a while.`);
        else if (at === until && state === "confirmed")
            tell(
                `This tells the ${survivor}: the ${dead} no longer knows the connection${by === "syn" ? ", it begins a new one" : ""}. It had been gone since ${frameOf(story, since)}.`,
            );
        else if (at === until) tell(`The ${dead} is heard again.`);
        else
            tell(
                `The ${dead} has been silent since ${frameOf(story, since)}. ` +
                    (state !== "confirmed" || ended === null
                        ? "An outage or the end: nobody can tell yet."
                        : `The ${survivor} does not know that it is gone, and learns it in ${ended}.`),
            );
    }
    for (const {since, until, closed} of story.half_closed)
        if (at > since && (until === null || at < until))
            lines.push({
                kind: "halved",
                text: `Half‑closed since ${frameOf(story, since)}: the ${SIDES[closed]} has sent FIN, the ${SIDES[1 - closed]} may still send.`,
            });
    return lines;
}

/** @param {Capture} capture @param {Story} story @param {number} at @param {boolean} hidden @returns {string} for those who hear the page */
export function inOneSentence(capture, story, at, hidden) {
    if (at < 0) return "Before the first segment";
    const sides = [0, 1].map(
        (side) =>
            `${SIDES[side]} ${stateName(capture, endpoint(story, at, side))}${endpoint(story, at, side).presumed ? " presumed" : ""}`,
    );
    return [
        `${capital(frameOf(story, at))}, ${nameOf(capture, story, at)} ${isIcmp(story, at) ? "to" : "from"} the ${SIDES[story.side[at]]}`,
        ...kindsOf(capture, story, at, hidden),
        ...(hidden ? [] : [...sides, ...sentencesAt(capture, story, at), ...asides(story, at).map(({text}) => text)]),
    ].join(". ");
}

/** @param {Story} story @param {number} at @returns {[string, string][]} */
function numbers(story, at) {
    const side = story.side[at],
        isn = story.isn?.[side],
        peer = story.isn?.[1 - side];
    const raw = (/** @type {number | null | undefined} */ first, /** @type {number} */ n) =>
        first === null || first === undefined ? "" : ` (${(first + n) % 2 ** 32} on the wire)`;
    const seq = story.seq[at],
        ack = story.ack[at],
        win = story.win[at];
    if (seq === null) return [];
    return [
        ["sequence number", `${seq}${raw(isn, seq)}`],
        ...(ack === null ? [] : [/** @type {[string, string]} */ (["acknowledges", `${ack}${raw(peer, ack)}`])]),
        ...(typeof story.other_frame?.[at] === "number"
            ? [/** @type {[string, string]} */ (["at the last point", `frame ${story.other_frame[at]}`])]
            : []),
        ["payload", `${count(story.len[at] ?? 0)} bytes`],
        ["window field", count(win ?? 0)],
    ];
}

const SAID = /^tcpstate\.(summary|remark|event|transition|rule|states|segment|sender|conn)$|\.(state|presumed)$/;
/** Not without the answers. */
const TELLING = /^tcpstate\.(?!sender|segment|idle|conn$|incarnation|roles|keepalive|copy_of|icmp)/;

/** @param {Capture} capture @param {Story} story @param {number} at @param {boolean} hidden the answers are */
export function stepDetails(capture, story, at, hidden) {
    if (at < 0)
        return html(
            "div",
            {class: "step"},
            html("h2", {}, "Before the first segment"),
            html(
                "p",
                {},
                `Press the right arrow key, or Next, to see the ${count(story.frame.length)} segments one after the other.`,
            ),
        );
    const side = story.side[at],
        kinds = kindsOf(capture, story, at, hidden);
    const since = at > 0 ? `, ${duration((story.time[at] - story.time[at - 1]) / 1e6)} after the one before` : "";
    const {events, fields} = capture.vocabulary;
    const happened = hidden
        ? []
        : eventsAt(capture, story, at).map((name) => ({name, row: events.find((event) => event.name === name)}));
    const listed = fieldsAt(story, at)
        .map(([index, content]) => ({field: fields[index], content}))
        .filter(({field}) => field && !SAID.test(field.name) && !(hidden && TELLING.test(field.name)));
    return html(
        "div",
        {class: "step"},
        html(
            "h2",
            {},
            `${capital(frameOf(story, at))}: ${nameOf(capture, story, at)}`,
            html("span", {class: "way"}, isIcmp(story, at) ? ` to the ${SIDES[side]}` : ` ${SIDES[side]} → ${SIDES[1 - side]}`),
        ),
        html(
            "p",
            {class: "when"},
            `${duration(story.time[at] / 1e6)} after the first segment${since}`,
            kinds.length ? ` · ${kinds.join(", ")}` : "",
        ),
        ...(hidden ? [] : asides(story, at)).map(({kind, text}) => html("p", {class: `aside ${kind}`}, text)),
        ...(hidden ? [] : sentencesAt(capture, story, at)).map((line) => html("p", {class: "sentence"}, line)),
        happened.length
            ? html(
                  "ul",
                  {class: "happened"},
                  ...happened.map(({name, row}) =>
                      html(
                          "li",
                          {"data-event": name},
                          severitySign(row?.severity ?? "note"),
                          html(
                              "span",
                              {},
                              html("b", {}, spoken(name)),
                              html("span", {class: "unseen"}, ` (${severityWord(row?.severity ?? "note")})`),
                              row ? `: ${row.meaning}` : "",
                          ),
                      ),
                  ),
              )
            : null,
        html(
            "details",
            {class: "fields", open: true},
            html("summary", {}, "Numbers and fields"),
            html(
                "dl",
                {},
                ...numbers(story, at).flatMap(([name, text]) => [html("dt", {}, name), html("dd", {}, text)]),
                ...(hidden ? [] : truth(capture, story, at)),
                ...listed.flatMap(({field, content}) => [
                    html("dt", {title: `${field.name}: ${field.help}`}, field.label),
                    html("dd", {}, printed(content, field.type)),
                ]),
            ),
        ),
        hidden || !story.all?.length ? null : connectionFields(capture, story.all),
    );
}
