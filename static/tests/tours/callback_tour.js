import {openComplaints} from "./tour_steps";
import {registry} from "@web/core/registry";

const question = (code) => `.o_call_question[data-code="${code}"]`;
const chosen = (code, number) => `${question(code)} button[data-number="${number}"][aria-checked="true"]`;

/** From the list of today to the screen of one call. */
function call(title) {
    return [
        ...openComplaints("complaint_management.menu_my_work", "complaint_management.callback_menu_mine"),
        {
            content: `call about ${title}`,
            trigger: `.o_data_row:contains("${title}") button[name="action_call"]`,
            run: "click",
        },
        {content: "the case is beside the questions", trigger: `.o_call_case h2:contains("Cup broken")`},
    ];
}

/** Keys alone: a number, then Enter; the question in focus gets them. */
function answer(code, keys, number) {
    return [
        ...[...keys].map((key) => ({
            content: `${code}: press ${key}`,
            trigger: `${question(code)}.o_call_active`,
            run: `press ${key}`,
        })),
        {content: `${code} is answered`, trigger: chosen(code, number)},
        {content: "go on", trigger: `${question(code)}.o_call_active`, run: "press Enter"},
    ];
}

function talk(numbers) {
    return [
        ...answer("product", String(numbers[0]), numbers[0]),
        ...answer("attitude", String(numbers[1]), numbers[1]),
        ...answer("speed", String(numbers[2]), numbers[2]),
        ...answer("recommend", String(numbers[3]), numbers[3]),
    ];
}

registry.category("web_tour.tours").add("callback_happy_tour", {
    steps: () => [
        ...call("Wang Fang"),
        {content: "one click dials", trigger: '.o_call_phone[href="tel:+8613800138000"]'},
        ...talk([5, 4, 5, 10]),
        {
            content: "the cursor is in the box for words",
            trigger: `${question("words")} textarea:focus`,
            run: "edit Very quick, thank you",
        },
        {content: "and on to the end", trigger: `${question("words")} textarea`, run: "press Enter"},
        {content: "save", trigger: ".o_call_save:focus", run: "press alt+s"},
        {content: "it is done", trigger: '.o_call_saved:contains("Satisfied")'},
        {content: "back to the list", trigger: ".o_call_go_on:focus", run: "press Escape"},
        {content: "nobody is left to call", trigger: '.o_view_nocontent:contains("Nobody to call today")'},
    ],
});

registry.category("web_tour.tours").add("callback_no_answer_tour", {
    steps: () => [
        ...call("Wang Fang"),
        {content: "nobody answers", trigger: ".o_complaint_call", run: "press alt+n"},
        {content: "the next attempt is set", trigger: '.o_call_saved:contains("Next attempt")'},
        {content: "back to the list", trigger: ".o_call_go_on:focus", run: "press Enter"},
        {content: "off today's list", trigger: '.o_view_nocontent:contains("Nobody to call today")'},
        {
            content: "they call back themselves: look for them in all callbacks",
            trigger: 'button[data-menu-xmlid="complaint_management.menu_customers"]',
            run: "click",
        },
        {
            content: "all callbacks",
            trigger: 'a[data-menu-xmlid="complaint_management.callback_menu"]',
            run: "click",
        },
        {
            content: "the attempt is noted",
            trigger: '.o_data_row:contains("Wang Fang"):contains("No answer")',
        },
        {
            content: "call",
            trigger: '.o_data_row:contains("Wang Fang") button[name="action_call"]',
            run: "click",
        },
        {content: "what was tried stands here", trigger: '.o_call_attempts:contains("No answer")'},
        ...talk([4, 4, 4, 8]),
        {content: "save", trigger: ".o_complaint_call", run: "press alt+s"},
        {content: "it is done", trigger: '.o_call_saved:contains("Satisfied")'},
    ],
});

registry.category("web_tour.tours").add("callback_unhappy_tour", {
    steps: () => [
        ...call("Wang Fang"),
        {content: "save too early", trigger: ".o_complaint_call", run: "press alt+s"},
        {content: "what was not asked is shown", trigger: '.o_notification:contains("Not asked yet")'},
        ...talk([1, 2, 1, 0]),
        {
            content: "what is wrong: the class",
            trigger: ".o_call_class",
            run: "selectByIndex 1",
        },
        {content: "and the words", trigger: ".o_call_words", run: "edit The new cup is broken as well"},
        {content: "add it", trigger: ".o_call_words", run: "press Enter"},
        {content: "it is noted", trigger: '.o_call_findings li:contains("The new cup is broken as well")'},
        {content: "save", trigger: ".o_complaint_call", run: "press alt+s"},
        {content: "it is done", trigger: '.o_call_saved:contains("is open again")'},
    ],
});
