// SPDX-License-Identifier: GPL-2.0-or-later
// Questions for students about a whole connection: those of `tcplab quiz`, which the program has written.
import {html, announce} from "./dom.js";
import {SIDES} from "./data.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Question} Question */
/** @typedef {import("./answers.js").Answers} Answers */

const NUMBER = /^(?:frames?|no\.?|#)?\s*(\d+)(?:\s*bytes?)?$/i;

/** @param {Capture} capture @param {string} kind @returns {string[]} what can be chosen; nothing for a number */
function choicesOf(capture, kind) {
    const {states, causes, outcomes} = capture.vocabulary;
    const words = {state: states, cause: causes, outcome: outcomes}[kind];
    return words ? words.map(({name}) => name) : kind === "end" ? SIDES : [];
}

/** @param {string} text @returns {string} the number in it, "" if it is none */
function numberIn(text) {
    const found = NUMBER.exec(text.trim());
    return found ? found[1].replace(/^0+(?=\d)/, "") : "";
}

/** What an answer that is none lacks. @param {string} kind */
function lack(kind) {
    return kind === "frame" ? "That is not a frame number." : kind === "number" ? "That is not a number." : "Choose an answer.";
}

/** @param {Capture} capture @param {Question} question @param {string} id */
function fieldFor(capture, question, id) {
    const choices = choicesOf(capture, question.kind);
    return choices.length
        ? html("select", {id}, html("option", {value: ""}, "choose"), ...choices.map((name) => html("option", {value: name}, name)))
        : html("input", {id, type: "text", inputmode: "numeric", autocomplete: "off", size: 9});
}

/** @param {Capture} capture @param {Question} question @param {number} i @param {Answers} answers @param {() => void} changed */
function item(capture, question, i, answers, changed) {
    const field = fieldFor(capture, question, `question-${i}`),
        check = html("button", {type: "submit"}, "Check"),
        hint = html("p"),
        result = html("p", {class: "result"});

    function renew() {
        const answer = answers.questions.get(i),
            done = Boolean(answer) || answers.open;
        field.disabled = check.disabled = done;
        if (!done) return;
        field.value = answer ? answer.given : question.answer;
        const verdict = !answer
            ? html("b", {}, `${question.answer}.`)
            : answer.right
              ? html("span", {class: "right"}, "✓ Right.")
              : html("span", {class: "wrong"}, `✗ Wrong: ${question.answer}.`);
        result.replaceChildren(verdict, " ", html("span", {class: "why"}, question.explanation));
    }

    function answer() {
        const given = field instanceof HTMLSelectElement ? field.value : numberIn(field.value);
        if (given) {
            answers.questions.set(i, {given, right: given === question.answer});
            changed();
        } else result.textContent = lack(question.kind);
        announce(result.textContent ?? "");
    }

    const element = html(
        "li",
        {},
        html(
            "form",
            {
                submit: (/** @type {Event} */ e) => {
                    e.preventDefault();
                    answer();
                },
            },
            html("label", {for: field.id}, question.text),
            html("div", {class: "ask"}, field, check),
        ),
        html("details", {class: "hint", toggle: () => (hint.textContent = question.clue)}, html("summary", {}, "Hint"), hint),
        result,
    );
    return {element, renew};
}

/** @param {Capture} capture @param {Question[]} questions @param {Answers} answers @param {() => void} changed an answer was given */
export function questionList(capture, questions, answers, changed) {
    const items = questions.map((question, i) => item(capture, question, i, answers, changed));
    const element = html(
        "section",
        {class: "questions", "aria-labelledby": "questions", hidden: !items.length},
        html("h2", {id: "questions"}, "Questions about this connection"),
        html("ol", {}, ...items.map((each) => each.element)),
    );
    return {element, renew: () => items.forEach((each) => each.renew())};
}
