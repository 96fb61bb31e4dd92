import {openComplaints} from "./tour_steps";
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("active_policy_tour", {
    steps: () => [
        ...openComplaints(
            "complaint_management.menu_configuration",
            "complaint_management.policy_menu_active"
        ),
        {content: "the release in force", trigger: '.o_field_widget[name="name"]:contains(/^general \\d+$/)'},
        {
            content: "open the document with the time limits",
            trigger:
                '.o_field_widget[name="document_ids"] .o_data_row .o_data_cell:contains("general/sla.yaml")',
            run: "click",
        },
        {
            content: "its YAML is there",
            trigger: '.modal .o_field_widget[name="content"]:contains("kind: sla")',
        },
        {content: "close it", trigger: '.modal-footer button:contains("Close")', run: "click"},
        {content: "it is closed", trigger: "body:not(:has(.modal))"},
    ],
});
