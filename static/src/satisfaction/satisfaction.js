import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

/** A share of 1 as a bar, with its confidence interval as a line and the goal as a mark. */
export class Meter extends Component {
    static template = "complaint_management.Meter";
    static props = {figure: Object, small: {type: Boolean, optional: true}};

    /** Where something stands on a bar that is 100 wide. */
    at(share) {
        return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
    }
    get width() {
        return this.at(this.props.figure.high_at) - this.at(this.props.figure.low_at);
    }
}

/** How satisfied customers are: what they answered, how certain that is, and the answers behind each number. */
export class Satisfaction extends Component {
    static template = "complaint_management.Satisfaction";
    static components = {Layout, Meter};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.last = new KeepLast();
        const kept = this.props.state || {};
        this.state = useState({
            period: kept.period || "year",
            group: kept.group || "category",
            from: kept.from || "",
            until: kept.until || "",
            page: null,
        });
        useSetupAction({
            getLocalState: () => {
                const {period, group, from, until} = this.state;
                return {period, group, from, until};
            },
        });
        onWillStart(() => this.load());
    }

    async load() {
        const {period, group, from, until} = this.state;
        const page = await this.last.add(
            this.orm.call("complaint.satisfaction", "page", [period, group, from, until])
        );
        Object.assign(this.state, {page, from: page.from, until: page.until});
    }

    choose(key, value) {
        this.state[key] = value;
        return this.load();
    }
    chooseDay(key, value) {
        if (value) {
            this.state.period = "days";
            return this.choose(key, value);
        }
    }

    /** The answers behind a number, or the callbacks that were not made. */
    open(title, domain, model = "complaint.callback") {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: title,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }
    openCases(title, domain) {
        return this.open(title, domain, "helpdesk.ticket");
    }
    openRow(row) {
        return this.open(_t("Answers: %s", row.title), row.domain);
    }
    openSamples() {
        return this.action.doAction("complaint_management.sample_action");
    }
}

registry.category("actions").add("complaint_management.satisfaction", Satisfaction);
