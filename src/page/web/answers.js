// SPDX-License-Identifier: GPL-2.0-or-later
// What was answered so far, kept while the page is open.

/** Answers about one connection: to the states behind a segment, [client, server], and to the other questions. */
export class Answers {
    constructor() {
        /** @type {Map<number, boolean[]>} by segment, which of both were right */
        this.states = new Map();
        /** @type {Map<number, {given: string, right: boolean}>} by question */
        this.questions = new Map();
        /** Whether all answers are shown. */
        this.open = false;
    }

    /** @returns {boolean[]} */
    marks() {
        return [...[...this.states.values()].flat(), ...[...this.questions.values()].map(({right}) => right)];
    }
}

/** @type {Map<number, Answers>} by connection */
const kept = new Map();

/** @param {number} conn @returns {Answers} */
export function answersAbout(conn) {
    const answers = kept.get(conn) ?? new Answers();
    kept.set(conn, answers);
    return answers;
}

/** @param {boolean[]} marks */
export function score(marks) {
    return `Score: ${marks.filter(Boolean).length} of ${marks.length} right`;
}

/** @returns {boolean[]} of all connections */
export function allMarks() {
    return [...kept.values()].flatMap((answers) => answers.marks());
}
