import {Component, onMounted, useRef} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const NOT_APPLICABLE = "na";

/**
 * The lines of a scorecard, by hand or by keyboard: a number gives the line in focus its points and goes on to
 * the next one, a minus sign says that it does not apply, arrows go up and down, Enter leaves a remark.
 */
export class Scorecard extends Component {
    static template = "complaint_management.Scorecard";
    static props = {...standardFieldProps};

    setup() {
        this.root = useRef("root");
        this.na = NOT_APPLICABLE;
        // whoever opens a card can type at once
        onMounted(() => !this.props.readonly && this.focus(0));
    }

    get lines() {
        return this.props.record.data[this.props.name].records;
    }

    /** The points of a line to choose from; without a scale it is fulfilled or not. */
    marks(line) {
        if (line.data.scale === 1) {
            return [
                {mark: "0", label: _t("No")},
                {mark: "1", label: _t("Yes")},
            ];
        }
        const numbers = [...Array(line.data.scale).keys()].map((number) => String(number + 1));
        return numbers.map((mark) => ({mark, label: mark}));
    }
    /** What is said of a line that nobody changes any more. */
    said(line) {
        if (line.data.mark === NOT_APPLICABLE) {
            return _t("Does not apply");
        }
        const found = this.marks(line).find((one) => one.mark === line.data.mark);
        if (!found) {
            return "–";
        }
        return line.data.scale === 1 ? found.label : _t("%s of %s", found.label, line.data.scale);
    }
    low(line) {
        return (
            line.data.mark &&
            line.data.mark !== NOT_APPLICABLE &&
            Number(line.data.mark) <= line.data.remark_up_to
        );
    }

    asked(line) {
        return this.low(line) ? _t("Why? The agent reads it.") : _t("Remark");
    }

    async choose(line, mark) {
        if (!this.props.readonly) {
            await line.update({mark});
        }
    }
    async remark(line, ev) {
        await line.update({remark: ev.target.value});
    }

    async onKey(line, place, ev) {
        const marks = this.marks(line).map((one) => one.mark);
        if (ev.altKey || ev.ctrlKey || ev.metaKey) {
            return;
        }
        if (ev.target.tagName === "TEXTAREA") {
            if (ev.key === "Enter" && !ev.shiftKey) {
                ev.preventDefault();
                this.focus(place + 1);
            }
            return;
        }
        const typed = ev.key === "0" && marks.includes("10") ? "10" : ev.key;
        if (marks.includes(typed) || ev.key === "-") {
            ev.preventDefault();
            await this.choose(line, ev.key === "-" ? NOT_APPLICABLE : typed);
            this.focus(this.low(line) ? place : place + 1, this.low(line));
        } else if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            this.focus(place + (ev.key === "ArrowDown" ? 1 : -1));
        }
    }

    /** Low points need a word why, so that is what comes next. */
    focus(place, remark = false) {
        const line = this.root.el.querySelectorAll(".o_score_line")[place];
        (remark ? line?.querySelector("textarea") : line)?.focus();
    }
}

registry.category("fields").add("complaint_scorecard", {
    component: Scorecard,
    displayName: _t("Scorecard"),
    supportedTypes: ["one2many"],
    useSubView: true,
    extractProps: () => ({}),
});
