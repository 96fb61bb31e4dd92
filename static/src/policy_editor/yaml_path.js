/** Which field of a policy file the cursor is in: "sla.policies.clocks.within". */

const KIND = /^kind:\s*([\w-]+)/;
const BLOCK_KEY = /^(\s*(?:- +)*)([\w-]+)\s*:(?:\s|$)/;
const FLOW_TOKEN = /"(?:[^"\\]|\\.)*"|'[^']*'|#.*$|[[\]{},]|([\w-]+)\s*:(?=\s|$)/g;

/** The field at a row and column (from 0) of the lines of a document; undefined outside of any. */
export function fieldAt(lines, row, column) {
    const kind = lines.map((line) => KIND.exec(line)).find(Boolean);
    if (!kind || row >= lines.length || lines[row].trimStart().startsWith("#")) {
        return undefined;
    }
    const keys = [...keysAbove(lines, row), ...keysInLine(lines[row], column)];
    // A category in a category has the fields of a category.
    const open = keys.filter((key, index) => key !== "children" || keys[index - 1] !== "children");
    return [kind[1], ...open].join(".");
}

/** Keys of the lines above that a line belongs to, from outside to inside. */
function keysAbove(lines, row) {
    const keys = [];
    let indent = indentOf(lines[row]);
    for (let above = row - 1; above >= 0 && indent > 0; above--) {
        const match = BLOCK_KEY.exec(lines[above]);
        if (match && match[1].length < indent) {
            indent = match[1].length;
            keys.unshift(match[2]);
        }
    }
    return keys;
}

/** Where the content of a line begins, behind the dashes of a list. */
function indentOf(line) {
    return /^\s*(?:- +)*/.exec(line)[0].length;
}

/** Keys within a line that lead to a column, those in brackets too. */
function keysInLine(line, column) {
    const around = [];
    let current = [];
    for (const token of line.matchAll(FLOW_TOKEN)) {
        if (token.index > column) {
            break;
        }
        if (token[1]) {
            current = [token[1]];
        } else if ("[{".includes(token[0])) {
            around.push(current);
            current = [];
        } else if ("]}".includes(token[0])) {
            current = around.pop() || [];
        } else if (token[0] === ",") {
            current = [];
        }
    }
    return [...around.flat(), ...current];
}
