// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers as people read them.

/** @param {string} text */
export function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {number} n */
export function count(n) {
    return n.toLocaleString("en-US");
}

/** @param {number} n @param {string} one @param {string} [many] */
export function plural(n, one, many = one + "s") {
    return `${count(n)} ${n === 1 ? one : many}`;
}

/** @param {number} n to three digits */
function short(n) {
    const digits = n >= 100 ? 0 : n >= 10 ? 1 : 2;
    return n.toFixed(digits).replace(/\.0+$|(\.\d*[1-9])0+$/, "$1");
}

/** @param {number} seconds */
export function duration(seconds) {
    const size = Math.abs(seconds),
        sign = seconds < 0 ? "−" : "";
    if (size === 0) return "0 s";
    if (size < 1e-6) return `${sign}${short(size * 1e9)} ns`;
    if (size < 0.9995e-3) return `${sign}${short(size * 1e6)} µs`;
    if (size < 0.9995) return `${sign}${short(size * 1e3)} ms`;
    if (size < 119.5) return `${sign}${short(size)} s`;
    const whole = Math.round(size);
    if (whole < 7200) return `${sign}${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
    const minutes = Math.round(whole / 60);
    if (minutes < 2880) return `${sign}${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
    return `${sign}${short(whole / 86400)} d`;
}

/** @param {number} epoch seconds @returns {string} in UTC */
export function instant(epoch) {
    return new Date(epoch * 1000).toISOString().replace("T", " ").replace("Z", "");
}

/** @param {number} epoch */
export function timeOfDay(epoch) {
    return instant(epoch).slice(11);
}

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"];
// PSH,ACK is how captures are read, and SYN,ACK: ACK comes last, but for what modifies it.
const ORDER = [1, 0, 2, 3, 4, 5, 6, 7, 8];

/** @param {number} flags */
export function flagNames(flags) {
    return (
        ORDER.filter((bit) => flags & (1 << bit))
            .map((bit) => FLAGS[bit])
            .join(",") || "no flags"
    );
}

/** @param {any} value @param {string} type of a column or field @returns {string} */
export function printed(value, type) {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.map((part) => printed(part, type)).join("; ");
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value !== "number") return String(value);
    if (type === "duration") return duration(value);
    if (type === "time") return instant(value);
    if (type === "bytes" || type === "number") return count(value);
    if (type === "signed") return (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value);
    return String(value);
}

/** @param {string} name of an event, as in "half-open-suspected" */
export function spoken(name) {
    return name
        .replace(/^half-(open|closed)-?/, "half‑$1 ")
        .replace(/-/g, " ")
        .replace(/^rst/, "RST")
        .trim();
}
