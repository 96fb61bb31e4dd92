import {registry} from "@web/core/registry";

/** A manager opens the page, reads it as a table, and looks at the cases behind a number. */
registry.category("web_tour.tours").add("complaint_dashboard", {
    steps: () => [
        {
            content: "last month beside the year before",
            trigger: ".o_complaint_dashboard select[name=compare]",
            run: "select last_year",
        },
        {
            content: "two came in",
            trigger: ".o_complaint_balance [data-key=received] .o_complaint_number:contains(2)",
        },
        {
            content: "a chart can be read as a table",
            trigger: ".o_complaint_card[data-key=movement] .o_complaint_as_table",
            run: "click",
        },
        {trigger: ".o_complaint_card[data-key=movement] table td:contains(2)"},
        {
            content: "the number opens its cases",
            trigger: ".o_complaint_balance [data-key=received] .o_complaint_number",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row:nth-child(2)"},
    ],
});
