import {Component, onMounted, onPatched, onWillStart, useExternalListener, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {serializeDateTime} from "@web/core/l10n/dates";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const RESULT = "_result"; // the question of a plan that asks none: the agent's impression
const MY_LIST = "complaint_management.callback_mine_action";

/**
 * One call on one page, by keyboard alone.
 *
 * A number chooses an answer of the question in focus, Enter goes on, Shift+Enter goes back; the outcomes have
 * hotkeys. What was saved leads to the next call.
 */
export class CallScreen extends Component {
    static template = "complaint_management.CallScreen";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.state = useState({});
        onWillStart(() => this.load(this.firstId()));
        onMounted(() => this.focusActive());
        onPatched(() => this.focusWanted());
        useExternalListener(window, "keydown", (ev) => this.onKey(ev));
    }

    firstId() {
        const {action, resId} = this.props;
        return action.params?.callback_id || resId || action.context?.active_id;
    }

    async load(id) {
        const call = await this.orm.call("complaint.callback", "call_screen", [id]);
        call.questions = call.questions.length ? call.questions : this.impression(call);
        this.props.updateActionState?.({resId: id});
        Object.assign(this.state, {
            call,
            active: 0,
            answers: {},
            missing: {},
            findings: [],
            finding: {code: "", words: ""},
            note: call.note,
            report: call.report,
            nextAt: "",
            laterAt: "",
            later: false,
            saving: false,
            saved: null,
            number: null,
        });
    }

    /** Where the policy asks nothing, the agent says how it went. */
    impression(call) {
        const title = _t("How satisfied is the customer?");
        const numbers = call.results.map((_one, index) => index + 1);
        return [{code: RESULT, title, said: "", kind: "result", numbers, optional: true}];
    }

    // ------------------------------------------------------------------ what is shown

    get outcomes() {
        return [
            {code: "no_answer", label: _t("No answer"), key: "n", icon: "fa-phone"},
            {code: "busy", label: _t("Busy"), key: "y", icon: "fa-hourglass-half"},
            {code: "wrong_number", label: _t("Wrong number"), key: "w", icon: "fa-question"},
            {code: "later", label: _t("Call later at …"), key: "l", icon: "fa-clock-o"},
            {code: "refused", label: _t("Refused"), key: "r", icon: "fa-ban"},
        ];
    }
    get tel() {
        return `tel:${this.state.call.who.phone.replace(/[^\d+]/g, "")}`;
    }
    get map() {
        return `https://www.openstreetmap.org/search?query=${encodeURIComponent(this.state.call.who.address)}`;
    }
    get answered() {
        return this.state.call.questions.filter((one) => this.isAnswered(one)).length;
    }
    label(question, number) {
        return question.kind === "result" ? this.state.call.results[number - 1][1] : number;
    }
    isAnswered(question) {
        const value = this.state.answers[question.code];
        return value !== undefined && value !== "";
    }
    titleOf(code) {
        return this.state.call.classes.find((one) => one.code === code)?.title;
    }

    // ------------------------------------------------------------------ the number

    /** The number is wrong, or there is none: another one can be entered, and the call goes on. */
    editNumber() {
        this.state.number = this.state.call.who.phone;
        this.wanted = ".o_call_number input";
    }
    onNumberKey(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.keepNumber();
        } else if (ev.key === "Escape") {
            ev.preventDefault();
            this.state.number = null;
        }
    }
    async keepNumber() {
        const {call, number} = this.state;
        call.who.phone = await this.orm.call("complaint.callback", "correct_phone", [call.id, number]);
        this.state.number = null;
        this.wanted = ".o_call_phone";
    }

    // ------------------------------------------------------------------ keys

    onKey(ev) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey || !this.root.el || this.isElsewhere(ev.target)) {
            return;
        }
        if (this.state.saved) {
            this.onKeyWhenSaved(ev);
        } else if (this.state.call.due) {
            this.onKeyInCall(ev);
        }
    }

    /** A dialog or a menu over the page has the keys. */
    isElsewhere(target) {
        const inside = target === document.body || this.root.el.contains(target);
        return !inside || Boolean(document.querySelector(".modal, .o-dropdown--menu"));
    }

    onKeyWhenSaved(ev) {
        if (ev.key === "Enter" && this.state.saved.next) {
            ev.preventDefault();
            this.load(this.state.saved.next.id);
        } else if (ev.key === "Escape" || ev.key === "Enter") {
            ev.preventDefault();
            this.close();
        }
    }

    onKeyInCall(ev) {
        const [tag, question] = [ev.target.tagName, this.state.call.questions[this.state.active]];
        const writing = ["INPUT", "TEXTAREA", "SELECT"].includes(tag);
        if (/^\d$/.test(ev.key) && !writing && question.kind !== "text") {
            ev.preventDefault();
            this.type(question, ev.key);
        } else if (ev.key === "Enter" && this.isQuestion(ev.target) && !(writing && ev.shiftKey)) {
            ev.preventDefault();
            this.go(ev.shiftKey ? -1 : 1);
        } else if (["ArrowDown", "ArrowUp"].includes(ev.key) && !writing && this.isQuestion(ev.target)) {
            ev.preventDefault();
            this.go(ev.key === "ArrowDown" ? 1 : -1);
        }
    }

    isQuestion(target) {
        return (
            target === document.body || target === this.root.el || Boolean(target.closest(".o_call_question"))
        );
    }

    /** A second digit makes a number of two where there is such an answer: 1, then 0, is 10. */
    type(question, digit) {
        const longer = Number(`${this.state.answers[question.code] ?? ""}${digit}`);
        const number = question.numbers.includes(longer) ? longer : Number(digit);
        if (question.numbers.includes(number)) {
            this.choose(question, number);
        }
    }

    choose(question, number) {
        this.state.answers[question.code] = number;
        delete this.state.missing[question.code];
        this.state.active = this.state.call.questions.indexOf(question);
    }

    go(step) {
        const next = this.state.active + step;
        if (next >= 0 && next < this.state.call.questions.length) {
            this.state.active = next;
            this.wanted = `[data-question="${next}"]`;
            this.focusWanted();
        } else if (step > 0) {
            this.root.el.querySelector(".o_call_save")?.focus();
        }
    }

    focusActive() {
        this.wanted = this.state.call.due ? `[data-question="${this.state.active}"]` : ".o_call_back";
        this.focusWanted();
    }

    /** What should have the cursor may be drawn only now. */
    focusWanted() {
        const found = this.wanted && this.root.el?.querySelector(this.wanted);
        if (found) {
            this.wanted = null;
            (found.querySelector("textarea") || found).focus();
            found.scrollIntoView({block: "nearest"});
        }
    }

    // ------------------------------------------------------------------ what came up

    addFinding() {
        const {code, words} = this.state.finding;
        if (code) {
            this.state.findings.push({code, words: words.trim()});
            this.state.finding = {code: "", words: ""};
            this.wanted = ".o_call_class";
        } else if (words.trim()) {
            this.notification.add(_t("Which class is it? Choose one, then Enter."), {type: "warning"});
            this.wanted = ".o_call_class";
            this.focusWanted();
            return false;
        }
        return true;
    }
    onFindingKey(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.addFinding();
        }
    }
    removeFinding(index) {
        this.state.findings.splice(index, 1);
    }

    // ------------------------------------------------------------------ the end

    onOutcome(code) {
        if (code === "later" && !this.state.later) {
            this.state.later = true;
            this.state.laterAt = this.local(DateTime.now().plus({hours: 1}).startOf("hour").plus({hours: 1}));
            this.wanted = ".o_call_later input";
        } else {
            this.save(code);
        }
    }
    onLaterKey(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.save("later");
        }
    }
    toOutcome() {
        this.root.el.querySelector(".o_call_outcome").scrollIntoView({behavior: "smooth"});
    }
    tomorrow() {
        this.state.laterAt = this.local(DateTime.now().plus({days: 1}).startOf("hour"));
    }

    /** A time as the box for times writes it, and as the server reads it. */
    local(at) {
        return at.toFormat("yyyy-MM-dd'T'HH:mm");
    }
    utc(text) {
        return text ? serializeDateTime(DateTime.fromISO(text)) : "";
    }

    /** Reached: nothing that has to be asked is left out. */
    isComplete() {
        const open = this.state.call.questions.filter((one) => !one.optional && !this.isAnswered(one));
        this.state.missing = Object.fromEntries(open.map((one) => [one.code, true]));
        if (open.length) {
            this.state.active = this.state.call.questions.indexOf(open[0]);
            this.notification.add(_t("Not asked yet: %s", open[0].title), {type: "warning"});
            this.focusActive();
        }
        return !open.length;
    }

    async save(outcome) {
        if (this.state.saving || (outcome === "reached" && !this.isComplete())) {
            return;
        }
        if (!this.addFinding()) {
            return;
        }
        this.state.saving = true;
        try {
            this.state.saved = await this.orm.call("complaint.callback", "save_call", [
                this.state.call.id,
                this.values(outcome),
            ]);
            this.wanted = ".o_call_go_on";
        } finally {
            this.state.saving = false;
        }
    }

    values(outcome) {
        const {[RESULT]: chosen, ...answers} = this.state.answers;
        return {
            outcome,
            answers,
            result: chosen ? this.state.call.results[chosen - 1][0] : "",
            findings: [...this.state.findings],
            note: this.state.note,
            report: this.state.report,
            later_at: outcome === "later" ? this.utc(this.state.laterAt) : "",
            next_at: outcome === "reached" ? this.utc(this.state.nextAt) : "",
        };
    }

    // ------------------------------------------------------------------ elsewhere

    next() {
        return this.load(this.state.saved.next.id);
    }
    close() {
        return this.action.doAction(MY_LIST, {clearBreadcrumbs: true});
    }
    openCase(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "helpdesk.ticket",
            res_id: id,
            views: [[false, "form"]],
        });
    }
    back() {
        return window.history.length > 1 && this.env.config.breadcrumbs.length > 1
            ? this.env.config.historyBack()
            : this.close();
    }
}

registry.category("actions").add("complaint_management.call_screen", CallScreen);
