import {clock, press, registerSays} from "./tour_steps";
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("case_facts_tour", {
    steps: () => [
        clock("Solution", "left"),
        ...press("Wait for the customer", "the customer has to answer"),
        clock("Solution", "stands still"),
        clock("Acknowledgement", "left"),
        ...registerSays("Paused"),
        ...press("Resume", "the customer has answered"),
        clock("Solution", "left"),
        ...registerSays("Resumed"),
        ...press("Record a fact", "something happened"),
        {
            content: "open what can have happened",
            trigger: '.modal .o_field_widget[name="kind"] input',
            run: "click",
        },
        {
            content: "somebody called the customer back",
            trigger: '.o_select_menu_item:contains("First feedback to the customer")',
            run: "click",
        },
        {
            content: "add a note",
            trigger: '.modal .o_field_widget[name="note"] textarea',
            run: "edit Called, she wants new cups.",
        },
        {content: "record it", trigger: '.modal-footer button:contains("Record")', run: "click"},
        clock("First feedback", "met after"),
        ...registerSays("First feedback to the customer"),
        {
            content: "the note is in the chatter",
            trigger: '.o-mail-Message:contains("Called, she wants new cups.")',
        },
    ],
});
