import {Component, onWillStart, useState} from "@odoo/owl";
import {DashboardNumber} from "../dashboard/dashboard";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/** Where the process was not followed. All words and numbers come from the server; here they are only drawn. */
export class ComplaintSupervision extends Component {
    static template = "complaint_management.Supervision";
    static components = {Layout, DashboardNumber};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.last = new KeepLast();
        const asked = (this.props.action.context || {}).supervision_options || {};
        this.state = useState({
            page: null,
            loading: true,
            options: (this.props.state || {}).options || asked,
            behind: {},
        });
        useSetupAction({getLocalState: () => ({options: {...this.state.options}})});
        this.open = this.open.bind(this);
        onWillStart(() => this.load());
    }

    // ------------------------------------------------------------------ what is asked for

    async load() {
        this.state.loading = true;
        this.state.behind = {};
        try {
            this.state.page = await this.last.add(
                this.orm.call("complaint.supervision", "read_page", [this.state.options])
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
    /** What is behind a row, read when it is opened for the first time. */
    async unfold(row) {
        const known = this.state.behind[row.name];
        if (known) {
            known.shown = !known.shown;
            return;
        }
        const {options} = this.state;
        const groups = await this.orm.call("complaint.supervision", "read_breakdown", [row.name, options]);
        if (options === this.state.options) {
            this.state.behind[row.name] = {groups, shown: true};
        }
    }
    behind(row) {
        const known = this.state.behind[row.name];
        return known && known.shown ? known.groups : null;
    }
    print() {
        window.print();
    }

    // ------------------------------------------------------------------ behind the numbers

    open(opens) {
        if (opens) {
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
    }
    openCheck() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "complaint.check",
            res_id: this.page.check.id,
            views: [[false, "form"]],
        });
    }

    // ------------------------------------------------------------------ drawing

    get page() {
        return this.state.page;
    }
    sign(row) {
        return {good: "✓", bad: "✕", none: "–"}[row.state];
    }
    stateWords(row) {
        return {good: _t("within the target"), bad: _t("beyond the target"), none: _t("no target")}[
            row.state
        ];
    }
    widest(group) {
        return Math.max(1, ...group.rows.map((line) => line.count));
    }
}

registry.category("actions").add("complaint_supervision", ComplaintSupervision);
