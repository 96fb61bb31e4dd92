import {openHelpdesk} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const nothingOfComplaints = () => [
    {
        content: "no severity",
        trigger: '.o_form_view:not(:has(.o_field_widget[name="severity_id"]))',
    },
    {
        content: "no banner with the next step",
        trigger: '.o_form_view:not(:has(.o_field_widget[name="next_step"]))',
    },
    {
        content: "no clocks",
        trigger: '.o_form_view:not(:has(.o_field_widget[name="current_milestone_ids"]))',
    },
    {
        content: "the helpdesk's own stages",
        trigger: '.o_statusbar_status button:visible:contains("New")',
    },
    {
        content: "no stage of the policy",
        trigger: '.o_statusbar_status:not(:has(button:contains("Acknowledged")))',
    },
];

registry.category("web_tour.tours").add("ordinary_ticket_tour", {
    steps: () => [
        ...openHelpdesk("helpdesk_mgmt.helpdesk_ticket_menu", "helpdesk_mgmt.helpdesk_all_ticket_menu"),
        {content: "new ticket", trigger: ".o_list_button_add, .o-kanban-button-new", run: "click"},
        {
            content: "say what it is about",
            trigger: '.o_field_widget[name="name"] input',
            run: "edit Printer is out of paper",
        },
        ...nothingOfComplaints(),
        {
            content: "describe it",
            trigger: '.o_field_widget[name="description"] .odoo-editor-editable',
            run: "editor Second floor.",
        },
        ...stepUtils.saveForm(),
        {
            content: "it has a number of the helpdesk",
            trigger:
                '.o_field_widget[name="number"]:contains(/^HT\\d+$/), .o_field_widget[name="number"] input:value(/^HT\\d+$/)',
        },
        ...nothingOfComplaints(),
    ],
});
