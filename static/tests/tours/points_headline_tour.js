import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const field = (name) => `.o_field_widget[name="${name}"]`;
const missed = `${field("point_ids")} .o_data_row:contains("Deadline missed"):contains("small/incentives.yaml")`;
const dialog = ".o_dialog:not(.o_inactive_modal)";
const sure = {
    content: "yes, I am sure",
    trigger: `${dialog} .modal-footer .btn-primary:contains("Ok")`,
    run: "click",
};

function press(name, where = "") {
    return {content: `press ${name}`, trigger: `${where} button[name="${name}"]:enabled`, run: "click"};
}

const lookAtIt = [
    {content: "a statement waits", trigger: `.alert:contains("is ready")`},
    press("action_open_waiting"),
    {content: "it is that of March", trigger: `${field("span")}:contains("March 2026")`},
];

tours.add("points_employee_tour", {
    steps: () => [
        ...lookAtIt,
        {content: "the score and the grade", trigger: `${field("standing")}:contains("50"):contains("Good")`},
        {content: "what one can do", trigger: `${field("what_now")}:contains("Object")`},
        {
            content: "each point has its case, its reason and the line of the policy",
            trigger: `${missed}:contains("−4")`,
        },
        press("action_why", missed),
        {
            content: "the rule as the policy has it",
            trigger: `${dialog} ${field("rule_text")}:contains("limit_per_case: 8")`,
        },
        {content: "close", trigger: `${dialog} .modal-footer .btn-primary`, run: "click"},
        press("action_object", missed),
        {content: "who decides is said", trigger: `${dialog} ${field("who")}:contains("boss@")`},
        {
            content: "say why it is wrong",
            trigger: `${dialog} ${field("reason")} textarea`,
            run: "edit I acknowledged it on the phone at ten past.",
        },
        press("action_object", `${dialog} .modal-footer`),
        sure,
        {content: "it waits for a decision", trigger: `${missed}:contains("Waits for a decision")`},
        {
            content: "and does not count meanwhile, by an entry of its own",
            trigger: `${field("point_ids")} .o_data_row:contains("+4")`,
        },
    ],
});

tours.add("points_decider_tour", {
    steps: () => [
        {
            content: "open the objection",
            trigger: '.o_data_row:contains("ten past") .o_data_cell',
            run: "click",
        },
        {content: "how the points came about", trigger: `${field("words")}:contains("Deadline missed")`},
        press("action_decide", ".o_form_statusbar"),
        {
            content: "it is right",
            trigger: `${dialog} ${field("verdict")} input[data-value="upheld"]`,
            run: "click",
        },
        {
            content: "answer",
            trigger: `${dialog} ${field("answer")} textarea`,
            run: "edit The call log shows it. Sorry.",
        },
        press("action_decide", `${dialog} .modal-footer`),
        sure,
        {content: "the answer stands", trigger: `${field("answer")}:contains("call log")`},
    ],
});

tours.add("points_agree_tour", {
    steps: () => [
        ...lookAtIt,
        {content: "the score has corrected itself", trigger: `${field("standing")}:contains("500")`},
        {content: "what was there is there", trigger: `${missed}:contains("−4"):contains("Upheld")`},
        {content: "and what corrects it", trigger: `${field("point_ids")} .o_data_row:contains("+4")`},
        press("action_agree"),
        sure,
        {content: "agreed", trigger: `${field("what_now")}:contains("You agreed")`},
    ],
});

/** Choose the line of March of somebody of the team. */
function choose(person) {
    return {
        content: `choose ${person}`,
        trigger: `.o_data_row:contains("${person}"):contains("March 2026") .o_list_record_selector input`,
        run: "click",
    };
}

tours.add("points_leader_tour", {
    steps: () => [
        choose("agent@small.example"),
        choose("other@small.example"),
        {
            content: "reviewed",
            trigger:
                '.o_control_panel button[name="action_review"], .o_list_view button[name="action_review"]',
            run: "click",
        },
        {content: "they are reviewed", trigger: '.o_data_row:contains("Reviewed")'},
    ],
});

tours.add("points_approver_tour", {
    steps: () => [
        {content: "open March", trigger: '.o_data_row:contains("March 2026") .o_data_cell', run: "click"},
        press("action_close", ".o_form_statusbar"),
        {
            content: "how the budget is shared, to the cent",
            trigger: `${dialog} ${field("preview")}:contains("500.00"):contains("499.99"):contains("999.99")`,
        },
        press("action_approve", `${dialog} .modal-footer`),
        sure,
        {
            content: "approved",
            trigger: '.o_statusbar_status button[aria-current="step"]:contains("Approved")',
        },
        press("action_paid", ".o_form_statusbar"),
        sure,
        {content: "paid", trigger: '.o_statusbar_status button[aria-current="step"]:contains("Paid")'},
    ],
});
