import {Component, onWillStart, useState, useSubEnv} from "@odoo/owl";
import {DashboardChart} from "./chart";
import {_t} from "@web/core/l10n/translation";
import {Layout} from "@web/search/layout";
import {KeepLast} from "@web/core/utils/concurrency";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const STEPS = 5; // shades of the hours of the week

/** A number that opens the cases it counts, or a plain one where there is nothing to open. */
export class DashboardNumber extends Component {
    static template = "complaint_management.DashboardNumber";
    static props = {
        text: String,
        opens: {optional: true},
        open: Function,
        label: {type: String, optional: true},
    };

    onClick() {
        this.props.open(this.props.opens);
    }
}

/** A page of figures with a period and filters: what is asked for, and what stands behind a number. */
export class FigurePage extends Component {
    static components = {Layout, DashboardNumber};
    static props = {...standardActionServiceProps};
    /** The model on the server whose `read_page` answers. */
    static model = "";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.last = new KeepLast();
        this.state = useState({
            page: null,
            loading: true,
            options: (this.props.state || {}).options || this.asked(),
        });
        useSetupAction({getLocalState: () => ({options: {...this.state.options}})});
        this.open = this.open.bind(this);
        onWillStart(() => this.load());
    }
    get page() {
        return this.state.page;
    }
    /** What is asked for when the page opens for the first time. */
    asked() {
        return {};
    }
    async load() {
        this.state.loading = true;
        try {
            this.state.page = await this.last.add(
                this.orm.call(this.constructor.model, "read_page", [this.state.options])
            );
        } finally {
            this.state.loading = false;
        }
    }
    choose(key, value) {
        this.state.options = {...this.state.options, [key]: value};
        return this.load();
    }
    choosePeriod(value) {
        const {since, until} = this.state.page;
        this.state.options = {...this.state.options, since, until};
        return this.choose("period", value);
    }
    chooseFilter(key, value) {
        return this.choose(key, Number(value));
    }
    print() {
        window.print();
    }
    /** The list of what a number counts. */
    open(opens) {
        if (!opens) {
            return;
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            name: opens.title,
            res_model: opens.model,
            domain: opens.domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            context: {},
        });
    }
    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

/** The page of the manager. All words and numbers come from one call; here they are only drawn. */
export class ComplaintDashboard extends FigurePage {
    static template = "complaint_management.Dashboard";
    static components = {...FigurePage.components, DashboardChart};
    static model = "complaint.dashboard";

    setup() {
        super.setup();
        useSubEnv({dashboardWords: {target: _t("target")}});
    }
    openReport() {
        this.openRecord("complaint.report", this.page.report.id);
    }

    // ------------------------------------------------------------------ drawing

    stateWords(tile) {
        return {
            good: _t("target reached"),
            bad: _t("target missed"),
            open: _t("too few answers to tell"),
            none: "",
        }[tile.state];
    }
    openWords(tile) {
        return {good: _t("in time"), bad: _t("some are late"), none: ""}[tile.state];
    }
    /** The shade of a cell: none for nothing, then steps up to the busiest hour. */
    shade(value, card) {
        const most = Math.max(1, ...card.rows.flatMap((row) => row.values));
        return value ? Math.max(1, Math.ceil((STEPS * value) / most)) : 0;
    }
    heatOpens(card, row, hour) {
        const weekday = String(card.rows.indexOf(row) + 1);
        return {
            ...card.open,
            title: `${card.open.title}: ${row.title} ${hour}–${hour + 1}`,
            domain: ["&", "&", ["weekday", "=", weekday], ["hour", "=", hour], ...card.open.domain],
        };
    }
}

registry.category("actions").add("complaint_dashboard", ComplaintDashboard);
