import {openComplaints} from "./tour_steps";
import {registry} from "@web/core/registry";

/** Type over a part of the document that is open. */
function rewrite(before, after) {
    return {
        content: `write ${after} instead of ${before}`,
        trigger: `.o_policy_code[data-path="general/sla.yaml"] .ace_content`,
        run({anchor}) {
            const editor = window.ace.edit(anchor.closest(".o_policy_code"));
            // In the third policy of the file: that of the standard complaint.
            const start = {row: 0, column: 0};
            editor.find("name: standard", {start, caseSensitive: true});
            editor.find(before, {start: editor.getCursorPosition(), caseSensitive: true});
            editor.insert(after);
        },
    };
}

function openReleases() {
    return openComplaints(
        "complaint_management.menu_configuration",
        "complaint_management.policy_menu_history"
    );
}

function tab(name, shows) {
    return [
        {content: `open ${name}`, trigger: `.nav-link[name="${name}"]`, run: "click"},
        {content: `it says "${shows}"`, trigger: `.o_field_widget[name="${name}_html"]:contains("${shows}")`},
    ];
}

/** Give a reason, say yes, and see the release that it became. */
function apply(reason, release) {
    return [
        {content: "apply", trigger: 'button[name="action_apply"]', run: "click"},
        {
            content: "say why",
            trigger: '.modal .o_field_widget[name="message"] input',
            run: `edit ${reason}`,
        },
        {content: "yes", trigger: '.modal button[name="action_apply"]', run: "click"},
        {
            content: "the new release is in force",
            trigger: `.o_field_widget[name="name"]:contains("${release}")`,
        },
        {
            content: "its state says so",
            trigger: '.o_statusbar_status button[aria-current="step"]:contains("Active")',
        },
    ];
}

registry.category("web_tour.tours").add("change_a_rule_tour", {
    steps: () => [
        ...openComplaints(
            "complaint_management.menu_configuration",
            "complaint_management.policy_menu_begin"
        ),
        // Three days become two, with a slip of the fingers.
        rewrite("within: 72h", "wihtin: 48h"),
        {
            content: "the mistake is shown with its line and what was meant",
            trigger: '.o_policy_problem:contains("general/sla.yaml"):contains("did you mean \'within\'?")',
            run: "click",
        },
        {
            content: "the margin shows it too",
            trigger:
                ".o_policy_code .ace_gutter-cell.ace_error, .o_policy_code .ace_gutter-cell_svg-icons.ace_error",
        },
        {content: "a preview", trigger: 'button[name="action_preview"]', run: "click"},
        {content: "is refused until it is right", trigger: '.o_notification:contains("Errors: 1")'},
        rewrite("wihtin: 48h", "within: 48h"),
        {content: "nothing is wrong", trigger: '.o_policy_problems:contains("No problems")'},
        {content: "a preview", trigger: 'button[name="action_preview"]', run: "click"},
        {
            content: "the plan has one line",
            trigger: '.o_field_widget[name="plan_html"]:contains("~ sla standard/solution within 72h → 48h")',
        },
        ...tab("what_if", "would have been late"),
        ...tab("what_if", "Open complaints with other deadlines, once they are moved to the new release: 1"),
        ...tab("tests", "got 2026-03-04 10:00"),
        ...apply("Decision of the board", "general 2"),
        // And back again.
        ...openReleases(),
        {
            content: "open the release before",
            trigger: '.o_data_row .o_data_cell[name="name"]:contains("general 1")',
            run: "click",
        },
        {content: "go back to it", trigger: 'button[name="action_roll_back"]', run: "click"},
        {
            content: "the plan is the other way round",
            trigger: '.o_field_widget[name="plan_html"]:contains("~ sla standard/solution within 48h → 72h")',
        },
        ...apply("It was too much", "general 3"),
    ],
});
