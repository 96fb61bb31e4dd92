import {FigurePage} from "../dashboard/dashboard";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Where the process was not followed. All words and numbers come from the server; here they are only drawn. */
export class ComplaintSupervision extends FigurePage {
    static template = "complaint_management.Supervision";
    static model = "complaint.supervision";

    asked() {
        return (this.props.action.context || {}).supervision_options || {};
    }
    load() {
        this.state.behind = {}; // what was unfolded belongs to what was asked before
        return super.load();
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
    openCheck() {
        this.openRecord("complaint.check", this.page.check.id);
    }

    // ------------------------------------------------------------------ drawing

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
