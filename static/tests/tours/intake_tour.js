import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const field = (name) => `.modal .o_field_widget[name="${name}"]`;

// From the dialog on not a single click: typing, Tab, Enter and the hotkey of Save.
registry.category("web_tour.tours").add("take_a_call_tour", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the app",
            trigger: '.o_app[data-menu-xmlid="complaint_management.menu_complaints_root"]',
            run: "click",
        },
        {
            content: "take a call",
            trigger: '[data-menu-xmlid="complaint_management.menu_take_a_call"]',
            run: "click",
        },
        {
            content: "the cursor is in the box Who",
            trigger: `${field("partner_id")} input:focus`,
            run: "edit 138-0013-8000",
        },
        {
            content: "the customer is found by the phone number in another notation",
            trigger:
                '.o-autocomplete--dropdown-menu:not(:has(.o-autocomplete--dropdown-item:eq(2))) .o-autocomplete--dropdown-item:first:contains("Wang Fang")',
        },
        {content: "choose", trigger: `${field("partner_id")} input`, run: "press Enter"},
        {
            content: "name and phone are filled in",
            trigger: `${field("partner_phone")} input:value("+86 138 0013 8000")`,
        },
        {
            content: "write what the customer says",
            trigger: `${field("description")} textarea`,
            run: "edit My cup is broken",
        },
        {content: "go on", trigger: `${field("description")} textarea`, run: "press Tab"},
        {
            content: "the category is proposed",
            trigger: `${field("category_id")} input:value("Product quality")`,
        },
        {content: "the script is at hand", trigger: `${field("script")}:contains("Say sorry")`},
        {
            content: "the promise can be read aloud",
            trigger: `${field("promise")}:contains("You will hear from us by")`,
        },
        {
            content: "the cursor is in the next box",
            trigger: `${field("remedy_sought")} input:focus`,
            run: "edit A new cup",
        },
        {content: "save", trigger: ".modal", run: "press alt+q"},
        {
            content: "the case is there with its number",
            trigger: '.o_action_manager .o_field_widget[name="number"]:contains(/^C\\d{4}-\\d{6}$/)',
        },
    ],
});

registry.category("web_tour.tours").add("hand_in_tour", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "first click: the app",
            trigger: '.o_app[data-menu-xmlid="complaint_management.menu_complaints_root"]',
            run: "click",
        },
        {
            content: "second click: hand in",
            trigger: '[data-menu-xmlid="complaint_management.menu_hand_in"]',
            run: "click",
        },
        {content: "who", trigger: `${field("who")} input`, run: "edit Mrs Chen"},
        {content: "what", trigger: `${field("what")} textarea`, run: "edit The cup was broken"},
        {content: "how to reach them", trigger: `${field("reach")} input`, run: "edit 030 998877"},
        {content: "hand in", trigger: '.modal button[name="action_hand_in"]', run: "click"},
        {content: "the number", trigger: `${field("number")}:contains(/^C\\d{4}-\\d{6}$/)`},
        {content: "follow it", trigger: '.modal button[name="action_show"]', run: "click"},
        {content: "it stands in the list", trigger: '.o_data_row:contains("Being handled")'},
    ],
});
