import {choose, clock, moveTo, openComplaints, registerSays} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const field = (name) => `.o_field_widget[name="${name}"]`;
const INVESTIGATING = [
    "First feedback",
    "Solution",
    "Preliminary report",
    "Investigation and result",
    "On to “Solution proposed”",
];
const tours = registry.category("web_tour.tours");

/** The line on top of the case: what has to happen next, who does it, by when. Which clock ends first depends on the
    day of the week, so there may be several. */
function next(who, ...whats) {
    const line = (what) =>
        `.alert:contains("NEXT") ${field("next_step")}:contains(/^${what} · ${who} · by .*\\d\\d:\\d\\d$/)`;
    return {
        content: `NEXT is ${whats.join(" or ")}, by ${who}, with a time`,
        trigger: whats.map(line).join(", "),
    };
}

/** Press a button above the form of an investigation or a solution. */
function button(name, confirmed = false) {
    const pressed = {
        content: `press ${name}`,
        trigger: `.o_form_statusbar button[name="${name}"]:enabled, .o-dropdown--menu button[name="${name}"]:enabled`,
        run: "click",
    };
    const sure = {content: "yes, I am sure", trigger: ".modal-footer .btn-primary", run: "click"};
    return confirmed ? [pressed, sure] : [pressed];
}

function tab(name) {
    return {content: `open ${name}`, trigger: `.nav-link[name="${name}"]`, run: "click"};
}

function standsAt(state) {
    return {
        content: `it stands at "${state}"`,
        trigger: `.o_statusbar_status button[aria-current="step"]:contains("${state}")`,
    };
}

/** What the customer gets, in their words. */
function write(words) {
    return {
        content: "write what the customer reads",
        trigger: `${field("description")} textarea`,
        run: `edit ${words}`,
    };
}

tours.add("headline_taken_in_tour", {
    steps: () => [
        ...openComplaints("complaint_management.menu_register", "complaint_management.complaint_menu_all"),
        {content: "enter a complaint", trigger: ".o_list_button_add", run: "click"},
        {content: "what it is about", trigger: `${field("name")} input`, run: "edit Boiler burst"},
        ...choose("partner_id", "Headline Customer"),
        ...choose("channel_id", "Phone"),
        ...choose("category_id", "Product quality"),
        {
            content: "what the customer says",
            trigger: `${field("description")} .odoo-editor-editable`,
            run: "editor The new boiler burst in the first night.",
        },
        ...stepUtils.saveForm(),
        next("you", "Acknowledgement"),
        ...moveTo("Acknowledged"),
        next("you", "First feedback", "On to “Assigned”"),
        ...choose("user_id", "Ana Lyst"),
        ...stepUtils.saveForm(),
        ...moveTo("Assigned"),
        clock("Acceptance by the team", "left"),
        next("you", "First feedback", "Acceptance by the team"),
    ],
});

tours.add("headline_investigated_tour", {
    steps: () => [
        next("Ina Take", "First feedback", "Acceptance by the team"),
        {
            content: "accept it for the team",
            trigger: '.o_statusbar_buttons button[name="action_accept_handover"]',
            run: "click",
        },
        clock("Acceptance by the team", "met after"),
        ...moveTo("Under investigation"),
        next("you", ...INVESTIGATING),
        tab("investigation"),
        {content: "investigate", trigger: 'button[name="action_investigate"]', run: "click"},
        {
            content: "the facts",
            trigger: `${field("facts")} .odoo-editor-editable`,
            run: "editor The valve was missing.",
        },
        ...choose("finding_id", "Upheld"),
        ...choose("cause_id", "Production defect"),
        tab("responsibility"),
        {
            content: "who answers for it",
            trigger: `${field("share_ids")} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        ...choose("department_id", "Headline boilers"),
        {content: "the whole of it", trigger: `${field("percent")} input`, run: "edit 100"},
        ...button("action_report_ready"),
        standsAt("Report ready"),
        ...button("action_new_solution"),
        ...choose("remedy_id", "Apology"),
        write("We are very sorry."),
        ...button("action_submit"),
        ...button("action_propose", true),
        standsAt("Proposed to the customer"),
    ],
});

tours.add("headline_refused_tour", {
    steps: () => [
        {content: "it is the customer's turn", trigger: ".o_complaint_case > .alert-primary"},
        {content: "open the refusal", trigger: "details:has(#words_proposal) > summary", run: "click"},
        {content: "say why", trigger: "details[open] #words_proposal", run: "edit The cellar is under water"},
        {
            content: "refuse",
            trigger: 'details[open] button[value="refuse"]',
            run: "click",
            expectUnloadPage: true,
        },
        {content: "the page says what happens now", trigger: "#done.alert-success"},
        {
            content: "who is due to speak next",
            trigger: '.o_complaint_case > .alert:contains("You will hear from us by")',
        },
    ],
});

tours.add("headline_compensated_tour", {
    steps: () => [
        next("you", ...INVESTIGATING),
        ...choose("complexity_id", "Complex"),
        ...stepUtils.saveForm(),
        tab("solution"),
        {content: "another solution", trigger: 'button[name="action_solution"]', run: "click"},
        ...choose("remedy_id", "Compensation"),
        {content: "how much", trigger: `${field("amount")} input`, run: "edit 8000"},
        write("You get 8000 for your cellar."),
        {
            content: "who does what",
            trigger: `${field("step_ids")} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {content: "pay", trigger: `${field("step_ids")} [name="name"] input`, run: "edit Pay the customer"},
        {
            content: "who pays",
            trigger: `${field("step_ids")} [name="user_id"] input`,
            run: "edit Ana Lyst",
        },
        {
            content: "choose who pays",
            trigger: '.o-autocomplete--dropdown-item > a:contains("Ana Lyst")',
            run: "click",
        },
        {
            content: "by when",
            trigger: `${field("step_ids")} [name="due_on"] input, ${field("step_ids")} [name="due_on"] button`,
            run: "click",
        },
        {content: "by today", trigger: ".o_datetime_picker .o_today", run: "click"},
        ...stepUtils.saveForm(),
        {
            content: "both groups have to agree",
            trigger: `${field("approval_notice")}:contains("Analysis group"):contains("Decision group")`,
        },
        ...button("action_submit"),
        standsAt("Waiting for approval"),
    ],
});

tours.add("headline_approved_tour", {
    steps: () => [
        ...openComplaints("complaint_management.menu_my_work", "complaint_management.menu_to_approve"),
        {
            content: "what waits for me",
            trigger: '.o_data_row:contains("Compensation") button[name="action_decide"]',
            run: "click",
        },
        {content: "the price is in sight", trigger: `.modal ${field("amount")}:contains("8,000.00")`},
        {content: "say why", trigger: `.modal ${field("comment")} textarea`, run: "edit That is fair."},
        {content: "approve", trigger: '.modal button[name="action_approve"]', run: "click"},
        {content: "nothing waits for me any more", trigger: '.o_view_nocontent:contains("Nothing waits")'},
    ],
});

tours.add("headline_proposed_tour", {
    steps: () => [
        next("you", ...INVESTIGATING),
        tab("solution"),
        {content: "the solution", trigger: 'button[name="action_solution"]', run: "click"},
        ...button("action_propose", true),
        standsAt("Proposed to the customer"),
    ],
});

tours.add("headline_carried_out_tour", {
    steps: () => [
        tab("solution"),
        {content: "the solution", trigger: 'button[name="action_solution"]', run: "click"},
        {content: "it is paid", trigger: `${field("step_ids")} button[name="action_done"]`, run: "click"},
        standsAt("Carried out"),
        ...button("action_reported"),
        {content: "reported", trigger: 'button[name="action_communicated"]'},
    ],
});

tours.add("headline_communicated_tour", {
    steps: () => [
        tab("solution"),
        {content: "the solution", trigger: 'button[name="action_solution"]', run: "click"},
        ...button("action_communicated"),
        standsAt("Communicated"),
        {content: "back to the case", trigger: '.o_breadcrumb a:contains("Boiler burst")', run: "click"},
        next("Ana Lyst", "On to “Closed”"),
        ...moveTo("Closed"),
        {
            content: "nothing is left to do",
            trigger: `.alert ${field("next_step")}:contains("Nothing more to do")`,
        },
        ...registerSays("Closed"),
    ],
});

tours.add("headline_not_satisfied_tour", {
    steps: () => [
        {content: "not satisfied", trigger: "#score_1", run: "click"},
        {content: "why", trigger: "#words_rating", run: "edit Half of it is missing"},
        {
            content: "send",
            trigger: 'form[action$="/rate"] button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        {content: "thank you", trigger: "#done.alert-success"},
        {content: "not over for me", trigger: "details:has(#words_reopen) > summary", run: "click"},
        {
            content: "what is still not right",
            trigger: "details[open] #words_reopen",
            run: "edit Half of the money is missing",
        },
        {
            content: "take it up again",
            trigger: 'details[open] form[action$="/reopen"] button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        {content: "it was taken up again", trigger: '#done:contains("We have taken your case up again")'},
    ],
});
