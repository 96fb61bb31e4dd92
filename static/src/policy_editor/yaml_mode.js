/** The colours of a policy file. The Ace editor that Odoo ships knows no YAML. */

export const YAML_MODE = "ace/mode/complaint_policy";

const RULES = {
    start: [
        {token: "comment", regex: /(?:^|\s)#.*$/},
        {token: "string", regex: /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/},
        {token: "keyword", regex: /[\w\u4e00-\u9fff-]+(?=\s*:(?:\s|$))/},
        {token: "constant.numeric", regex: /(?<![\w-])\d+(?:\.\d+)?(?:cd|bd|bh|[smhdy%])?(?![\w-])/},
        {token: "constant.language", regex: /(?<![\w-])(?:true|false|null)(?![\w-])/},
        {token: "paren.lparen", regex: /[[{]/},
        {token: "paren.rparen", regex: /[\]}]/},
        {token: "punctuation.operator", regex: /^\s*-(?=\s)|[:,](?=\s|$)/},
    ],
};

/** Make the mode known to Ace, once. */
export function defineYamlMode(ace) {
    ace.define(
        YAML_MODE,
        ["require", "exports", "module", "ace/mode/text", "ace/mode/text_highlight_rules"],
        // Not named `require`: Odoo would look for what is asked of it among its own modules.
        (ask, exports) => {
            const TextMode = ask("ace/mode/text").Mode;
            const {TextHighlightRules} = ask("ace/mode/text_highlight_rules");
            class HighlightRules extends TextHighlightRules {
                $rules = RULES;
            }
            exports.Mode = class extends TextMode {
                HighlightRules = HighlightRules;
                lineCommentStart = "#";
            };
        }
    );
}
