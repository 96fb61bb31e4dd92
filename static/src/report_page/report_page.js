import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/** The page of a report: each number with `data-at` opens the cases behind it. */
export class ReportPage extends Component {
    static template = "complaint_management.ReportPage";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get page() {
        return this.props.record.data[this.props.name] || "";
    }

    async onClick(ev) {
        const number = ev.target.closest("[data-at]");
        if (!number) {
            return this.follow(ev);
        }
        ev.preventDefault();
        const {resModel, resId} = this.props.record;
        const place = Number(number.dataset.at);
        this.action.doAction(await this.orm.call(resModel, "action_behind", [[resId], place]));
    }

    /** A line of the contents leads to its section, without a new address. */
    follow(ev) {
        const link = ev.target.closest("a[href^='#cm-']");
        if (link) {
            ev.preventDefault();
            const section = ev.currentTarget.querySelector(link.getAttribute("href"));
            section?.scrollIntoView({behavior: "smooth"});
        }
    }
}

registry.category("fields").add("complaint_report_page", {
    component: ReportPage,
    supportedTypes: ["html"],
});
