// SPDX-License-Identifier: GPL-2.0-or-later
// Questions for students: in which states are both endpoints after this segment?
import {html, announce} from "./dom.js";
import {plural} from "./words.js";
import {SIDES, endpoint, stateName} from "./data.js";
import {score} from "./answers.js";

/** @typedef {import("./data.js").Capture} Capture */
/** @typedef {import("./data.js").Story} Story */
/** @typedef {import("./answers.js").Answers} Answers */

export class Quiz {
    /** @param {Capture} capture @param {Story} story @param {Answers} answers @param {() => void} changed */
    constructor(capture, story, answers, changed) {
        this.capture = capture;
        this.story = story;
        this.answers = answers;
        this.changed = changed;
        this.active = capture.hide_answers && !answers.open;
        this.at = -1;
        const names = capture.vocabulary.states.map((state) => state.name);
        this.selects = SIDES.map((side) =>
            html(
                "select",
                {id: `answer-${side}`, name: side},
                html("option", {value: ""}, "choose"),
                ...names.map((name) => html("option", {value: name}, name)),
            ),
        );
        this.result = html("p", {class: "result", role: "status"});
        this.score = html("p", {class: "score"});
        this.check = html("button", {type: "submit"}, "Check");
        this.reveal = html("button", {type: "button", class: "quiet", click: () => this.#end()}, "Show all answers");
        this.form = html(
            "form",
            {
                class: "quiz",
                "aria-label": "Question",
                submit: (/** @type {Event} */ e) => {
                    e.preventDefault();
                    this.#answer();
                },
            },
            html("h2", {}, "In which states are they after this segment?"),
            html(
                "div",
                {class: "ask"},
                ...SIDES.map((side, i) => html("p", {}, html("label", {for: `answer-${side}`}, side), this.selects[i])),
                this.check,
            ),
            this.result,
            this.score,
            this.reveal,
        );
        this.show(-1);
    }

    /** @param {number} i */
    hides(i) {
        return this.active && !this.answers.states.has(i);
    }

    /** @param {number} at */
    show(at) {
        this.at = at;
        const asked = at >= 0,
            right = this.answers.states.get(at);
        this.form.hidden = !this.active;
        this.check.disabled = !asked || right !== undefined;
        for (const [side, select] of this.selects.entries()) {
            select.disabled = !asked || right !== undefined;
            select.value = right ? stateName(this.capture, endpoint(this.story, at, side)) : "";
        }
        this.result.replaceChildren(...(asked ? (right ? this.#verdicts(right) : []) : ["Step to the first segment."]));
        const segments = this.story.frame.length - this.answers.states.size,
            questions = (this.story.questions ?? []).length - this.answers.questions.size;
        this.score.textContent = `${score(this.answers.marks())}; ${plural(segments, "segment")} and ${plural(questions, "question")} to go.`;
    }

    /** @param {boolean[]} right */
    #verdicts(right) {
        return right.flatMap((good, side) => [
            side ? " " : "",
            html(
                "span",
                {class: good ? "right" : "wrong"},
                `${good ? "✓ Right" : "✗ Wrong"}: the ${SIDES[side]} is in ${stateName(this.capture, endpoint(this.story, this.at, side))}.`,
            ),
        ]);
    }

    #answer() {
        if (this.selects.some((select) => !select.value)) {
            this.result.textContent = "Choose a state for both.";
            return;
        }
        this.answers.states.set(
            this.at,
            this.selects.map((select, side) => select.value === stateName(this.capture, endpoint(this.story, this.at, side))),
        );
        this.changed();
        this.show(this.at);
        announce(this.result.textContent ?? "");
    }

    #end() {
        this.active = false;
        this.answers.open = true;
        this.form.hidden = true;
        this.changed();
    }
}
