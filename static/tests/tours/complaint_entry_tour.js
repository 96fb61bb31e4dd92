import {choose, clock, moveTo, openComplaints, registerSays} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const enterComplaint = () => [
    {content: "enter a complaint", trigger: ".o_list_button_add, .o-kanban-button-new", run: "click"},
    {content: "say what it is about", trigger: '.o_field_widget[name="name"] input', run: "edit Cup broken"},
    ...choose("channel_id", "Phone"),
    ...choose("category_id", "Product quality"),
    {
        content: "the policy has filled in the severity",
        trigger: '.o_field_widget[name="severity_id"] input:value("Normal")',
    },
    {
        content: "the policy has chosen the team",
        trigger: '.o_field_widget[name="team_id"] input:value("Complaint intake")',
    },
    {
        content: "write down what the customer says",
        trigger: '.o_field_widget[name="description"] .odoo-editor-editable',
        run: "editor Two of six cups are broken.",
    },
    ...stepUtils.saveForm(),
    {
        content: "it has a register number",
        trigger:
            '.o_field_widget[name="number"]:contains(/^C\\d{4}-\\d{6}$/), .o_field_widget[name="number"] input:value(/^C\\d{4}-\\d{6}$/)',
    },
    {
        content: "what comes next, and by when",
        trigger: '.alert:contains("NEXT") .o_field_widget[name="next_step"]:contains("Acknowledgement")',
    },
    clock("Acknowledgement", "left"),
    clock("First feedback", "left"),
    clock("Solution", "left"),
    ...moveTo("Acknowledged"),
    clock("Acknowledgement", "met after"),
    {
        content: "the next thing to do is the first feedback",
        trigger: '.alert:contains("NEXT") .o_field_widget[name="next_step"]:contains("First feedback")',
    },
    ...registerSays("Received"),
    ...registerSays("Acknowledged"),
];

registry.category("web_tour.tours").add("complaint_entry_tour", {
    steps: () => [
        ...openComplaints("complaint_management.menu_register", "complaint_management.complaint_menu_all"),
        ...enterComplaint(),
    ],
});

// On a phone the menus are elsewhere; what an agent does in the form is the same.
registry.category("web_tour.tours").add("complaint_entry_on_a_phone_tour", {steps: enterComplaint});
