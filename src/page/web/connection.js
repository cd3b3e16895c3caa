// SPDX-License-Identifier: GPL-2.0-or-later
// The page of a connection: the verdict, the ladder, both state machines and the details of a step, which move together.
import {html, svg, announce} from "./dom.js";
import {count, duration, plural} from "./words.js";
import {SIDES, endpoint, frameOf, nameOf, readStory, sentencesAt, stateName, titleOf, value} from "./data.js";
import {numbersOf} from "./arrows.js";
import {Ladder} from "./ladder.js";
import {kindsOf} from "./layout.js";
import {movesTable, stateMachine} from "./machine.js";
import {stepDetails, inOneSentence} from "./details.js";
import {heading, verdict} from "./verdict.js";
import {resetEvidence} from "./resets.js";
import {legend} from "./legend.js";
import {answersAbout} from "./answers.js";
import {questionList} from "./questions.js";
import {Quiz} from "./quiz.js";
import {VirtualTable} from "./table.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */

const PLAY_MS = 1100;

/** @param {Capture} capture @param {Story} story @param {Quiz} quiz @param {() => number} at @param {(i: number) => string} address */
function segmentTable(capture, story, quiz, at, address) {
    const frame = (/** @type {number} */ i) => story.frame[i] ?? "not seen";
    const state = (/** @type {number} */ side) => (/** @type {number} */ i) =>
        quiz.hides(i) ? "?" : stateName(capture, endpoint(story, i, side)) + (endpoint(story, i, side).presumed ? "?" : "");
    return new VirtualTable(
        "Segments",
        [
            {name: "frame", label: "frame", width: 84, cell: frame},
            {name: "time", label: "time", width: 96, numeric: true, cell: (i) => duration(story.time[i] / 1e6)},
            {name: "from", label: "from", width: 76, cell: (i) => SIDES[story.side[i]]},
            {name: "flags", label: "flags", width: 110, cell: (i) => nameOf(capture, story, i)},
            {name: "bytes", label: "bytes", width: 76, numeric: true, cell: (i) => count(story.len[i] ?? 0)},
            {name: "numbers", label: "relative numbers", width: 190, cell: (i) => numbersOf(story, i)},
            {name: "client", label: "client", width: 130, cell: state(0)},
            {name: "server", label: "server", width: 130, cell: state(1)},
            {
                name: "kind",
                label: "what",
                width: 420,
                cell: (i) =>
                    [...kindsOf(capture, story, i, quiz.active), ...(quiz.active ? [] : sentencesAt(capture, story, i))].join(". "),
            },
        ],
        {link: (i) => address(i), current: (i) => i === at()},
    );
}

/** @param {Capture} capture @param {number} row @returns {import("./main.js").View} */
export function connectionPage(capture, row) {
    const story = readStory(capture, row),
        conn = value(capture, row, "conn"),
        title = `Connection ${conn}, ${titleOf(capture)}`;
    if (story && story.frame.length) return storyPage(capture, row, story, title);
    return {
        title,
        close: () => {},
        element: html(
            "div",
            {},
            heading(capture, row),
            capture.hide_answers ? null : verdict(capture, row, null),
            html(
                "p",
                {class: "aside"},
                "The segments of this connection are not in the page: there are too many. ",
                html("code", {}, `tcpstate report --conn ${conn}`),
                " makes a page of it alone.",
            ),
        ),
    };
}

/** @param {Capture} capture @param {number} row @param {Story} story @param {string} title @returns {import("./main.js").View} */
function storyPage(capture, row, story, title) {
    const conn = value(capture, row, "conn");
    const n = story.frame.length;
    const address = (/** @type {number} */ i) =>
        `#conn=${conn}` + (i < 0 ? "" : story.frame[i] === null ? `&step=${i + 1}` : `&frame=${story.frame[i]}`);
    let at = -1,
        timer = 0,
        later = 0;

    const answers = answersAbout(conn);
    const quiz = new Quiz(capture, story, answers, () => renew());
    const questions = questionList(capture, story.questions ?? [], answers, () => {
        questions.renew();
        quiz.show(at);
    });
    const ladder = new Ladder(capture, row, story, {
        hidden: (i) => quiz.hides(i),
        covered: () => quiz.active,
        choose: (i) => goTo(i),
    });
    const machines = [0, 1].map((side) => stateMachine(capture, story, side));
    const details = html("div", {class: "details"}),
        evidence = html("div", {}),
        top = html("div", {});
    const table = segmentTable(capture, story, quiz, () => at, address);
    table.setRows(Array.from({length: n}, (_, i) => i));
    const tables = html(
        "details",
        {class: "equivalent", toggle: () => table.refresh()},
        html("summary", {}, "The ladder as a table"),
        table.element,
    );

    const slider = html("input", {
        type: "range",
        min: 0,
        max: n,
        value: 0,
        step: 1,
        "aria-label": "Step",
        input: () => goTo(Number(slider.value) - 1),
    });
    const where = html("output", {class: "where"});
    const play = html("button", {type: "button", class: "play", click: () => playing(!timer)}, "Play");
    const button = (/** @type {string} */ shape, /** @type {string} */ label, /** @type {() => void} */ act) =>
        html(
            "button",
            {type: "button", "aria-label": label, title: label, click: act},
            svg(
                "svg",
                {class: "icon", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true"},
                svg("path", {d: shape}),
            ),
        );
    const controls = html(
        "div",
        {class: "controls", role: "group", "aria-label": "Steps"},
        button("M3 2v12M13 2L5 8l8 6z", "First segment", () => goTo(0)),
        button("M12 2L4 8l8 6z", "Back", () => goTo(at - 1)),
        play,
        button("M4 2l8 6-8 6z", "Next", () => goTo(at + 1)),
        button("M13 2v12M3 2l8 6-8 6z", "Last segment", () => goTo(n - 1)),
        slider,
        where,
    );

    /** @param {boolean} on */
    function playing(on) {
        clearInterval(timer);
        if (on && at >= n - 1) goTo(-1);
        timer = on ? setInterval(() => (at < n - 1 ? goTo(at + 1) : playing(false)), PLAY_MS) : 0;
        play.textContent = on ? "Pause" : "Play";
    }

    /** @param {number} to -1: before the first segment */
    function goTo(to) {
        at = Math.min(n - 1, Math.max(-1, to));
        const hidden = quiz.hides(at);
        ladder.select(at);
        if (ladder.isBelow()) controls.scrollIntoView({block: "start"});
        machines.forEach((machine) => machine.show(at, at >= 0 && hidden));
        details.replaceChildren(stepDetails(capture, story, at, quiz.active));
        quiz.show(at);
        slider.value = String(at + 1);
        slider.setAttribute("aria-valuetext", at < 0 ? "before the first segment" : frameOf(story, at));
        where.textContent = at < 0 ? `Start of ${plural(n, "segment")}` : `${count(at + 1)} of ${count(n)}`;
        if (tables.open) table.refresh();
        announce(inOneSentence(capture, story, at, quiz.active));
        clearTimeout(later);
        later = setTimeout(() => history.replaceState(null, "", address(at)), 150);
    }

    function renew() {
        const open = !quiz.active;
        ladder.renew();
        top.replaceChildren(...(open ? [verdict(capture, row, story)] : []));
        const resets = open ? resetEvidence(capture, story, goTo) : null;
        evidence.replaceChildren(...(resets ? [resets] : []), ...(open ? [movesTable(capture, story)] : []));
        questions.renew();
        table.refresh();
        goTo(at);
    }

    /** @param {KeyboardEvent} event */
    function onKey(event) {
        const target = /** @type {Element} */ (event.target);
        if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || target.closest("input, select, textarea")) return;
        const act = {
            ArrowRight: () => goTo(at + 1),
            ArrowLeft: () => goTo(at - 1),
            Home: () => goTo(0),
            End: () => goTo(n - 1),
            " ": target.closest("button, a, summary") ? undefined : () => playing(!timer),
        }[event.key];
        if (!act) return;
        event.preventDefault();
        if (event.key !== " ") playing(false);
        act();
    }
    const before = () => {
            ladder.print(true);
            table.print(true);
        },
        after = () => {
            ladder.print(false);
            table.print(false);
        };
    addEventListener("keydown", onKey);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);

    const element = html(
        "div",
        {class: "connection"},
        heading(capture, row),
        top,
        controls,
        html(
            "div",
            {class: "stage"},
            html("div", {class: "left"}, ladder.element),
            html(
                "section",
                {class: "right", "aria-label": "This step"},
                quiz.form,
                details,
                html("div", {class: "machines"}, ...machines.map((machine) => machine.element)),
            ),
        ),
        questions.element,
        evidence,
        tables,
        legend(capture),
    );
    renew();
    return {
        element,
        title,
        close: () => {
            playing(false);
            clearTimeout(later);
            removeEventListener("keydown", onKey);
            removeEventListener("beforeprint", before);
            removeEventListener("afterprint", after);
        },
        goTo: (frame, step) => {
            const i = frame !== null ? story.frame.indexOf(frame) : step !== null && step <= n ? step - 1 : -1;
            if (i >= 0 && i !== at) goTo(i);
        },
    };
}
