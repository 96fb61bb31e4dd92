import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("tell_management_tour", {
    steps: () => [
        {content: "a screen is there", trigger: ".o_view_nocontent"},
        {content: "the lamp is there on every screen", trigger: ".o_complaint_tell", run: "click"},
        {
            content: "say in one line what it is",
            trigger: "#complaint_tell_name",
            run: "edit Bribes at gate 3",
        },
        {content: "tell the rest", trigger: "#complaint_tell_body", run: "edit I saw it."},
        {content: "without my name", trigger: "#complaint_tell_anonymous", run: "click"},
        {content: "it says what that means", trigger: '.form-text:contains("Nothing is kept")'},
        {content: "send", trigger: ".modal-footer .btn-primary:contains(Send)", run: "click"},
        {content: "the code is shown", trigger: ".o_complaint_told code"},
        {
            content: "noted down",
            trigger: '.modal-footer .btn-primary:contains("I have noted it down")',
            run: "click",
        },
        {content: "done", trigger: "body:not(:has(.modal))"},
    ],
});
