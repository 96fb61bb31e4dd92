import {Component, useState} from "@odoo/owl";
import {PolicyCode} from "./policy_code";
import {fieldAt} from "./yaml_path";
import {_t} from "@web/core/l10n/translation";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useBus, useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";

const PAUSE = 600; // milliseconds without typing after which the text is checked

/** The documents of a draft: a list of them, their text, and what is wrong beside the line. */
export class PolicyEditor extends Component {
    static template = "complaint_management.PolicyEditor";
    static components = {PolicyCode, Dropdown, DropdownItem};
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({path: this.firstPath(), place: undefined, edits: {}, help: undefined});
        this.orm = useService("orm");
        this.helps = {}; // kind of document -> promise of what its fields mean
        this.commitSoon = useDebounced(() => this.commit(), PAUSE);
        const {model} = this.props.record;
        useBus(model.bus, "WILL_SAVE_URGENTLY", () => this.commit());
        useBus(model.bus, "NEED_LOCAL_CHANGES", ({detail}) => detail.proms.push(this.commit()));
    }

    // ------------------------------------------------------------------ what is shown

    /** The texts: those of the record, with what was typed since. */
    get texts() {
        return {...(this.props.record.data[this.props.name] || {}), ...this.state.edits};
    }
    get path() {
        const paths = Object.keys(this.texts);
        return paths.includes(this.state.path) ? this.state.path : this.firstPath();
    }
    get pack() {
        return this.props.record.data.pack;
    }
    get original() {
        return this.props.record.data.original || {};
    }
    get problems() {
        return this.props.record.data.problems || [];
    }
    get marks() {
        return this.problems
            .filter((problem) => problem.path === this.path)
            .map((problem) => ({...problem, text: `${problem.code}: ${problem.text}`}));
    }
    get packs() {
        const groups = {};
        for (const path of this.ordered(Object.keys(this.texts))) {
            const pack = path.split("/")[0];
            groups[pack] = groups[pack] || {name: pack, documents: []};
            groups[pack].documents.push(this.document(path));
        }
        return Object.values(groups);
    }
    /** Kinds of documents that the pack does not have yet. */
    get missingKinds() {
        return (this.props.record.data.kinds || []).filter(
            (kind) => kind !== "pack" && !(this.pathOf(kind) in this.texts)
        );
    }
    get isChanged() {
        return this.texts[this.path] !== this.original[this.path];
    }

    document(path) {
        const own = this.problems.filter((problem) => problem.path === path);
        return {
            path,
            name: path.split("/").slice(1).join("/"),
            changed: this.texts[path] !== this.original[path],
            errors: own.filter((problem) => problem.severity === "error").length,
            warnings: own.filter((problem) => problem.severity === "warning").length,
        };
    }
    /** The pack's own documents before those that it builds on, pack.yaml first. */
    ordered(paths) {
        const rank = (path) => [
            path.startsWith(`${this.props.record.data.pack}/`) ? "0" : "1",
            path.split("/")[0],
            path.endsWith("/pack.yaml") ? "0" : "1",
            path,
        ];
        return paths.sort((one, other) => rank(one).join("\n").localeCompare(rank(other).join("\n")));
    }
    firstPath() {
        const paths = this.ordered(Object.keys(this.props.record.data[this.props.name] || {}));
        return paths.find((path) => path.endsWith("/sla.yaml")) || paths[0];
    }
    pathOf(kind) {
        return `${this.pack}/${kind}.yaml`;
    }

    // ------------------------------------------------------------------ what people do

    choose(path) {
        this.state.path = path;
    }
    goTo(problem) {
        if (problem.path in this.texts) {
            this.state.path = problem.path;
            this.state.place = {path: problem.path, line: problem.line, column: problem.column};
        }
    }
    /** Say what the field under the cursor means. */
    async move(lines, row, column) {
        const field = fieldAt(lines, row, column);
        this.field = field;
        const help = field && (await this.helpOf(field.split(".")[0]))[field];
        if (this.field === field) {
            this.state.help = help;
        }
    }
    helpOf(kind) {
        this.helps[kind] =
            this.helps[kind] || this.orm.call("complaint.policy.draft", "explain_fields", [kind]);
        return this.helps[kind];
    }
    type(path, text) {
        this.state.edits[path] = text;
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", true);
        this.commitSoon();
    }
    async commit() {
        const edits = {...this.state.edits};
        if (!Object.keys(edits).length || this.props.readonly) {
            return;
        }
        await this.update(this.texts);
        // Until the record has them, they are the text; what was typed meanwhile is newer and stays.
        for (const [path, text] of Object.entries(edits)) {
            if (this.state.edits[path] === text) {
                delete this.state.edits[path];
            }
        }
        if (!Object.keys(this.state.edits).length) {
            this.props.record.model.bus.trigger("FIELD_IS_DIRTY", false);
        }
    }
    update(texts) {
        return this.props.record.update({[this.props.name]: texts});
    }
    async add(kind) {
        const path = this.pathOf(kind);
        this.state.path = path;
        await this.update({...this.texts, [path]: `kind: ${kind}\n`});
    }
    async revert() {
        const path = this.path;
        delete this.state.edits[path];
        const texts = this.texts;
        if (path in this.original) {
            texts[path] = this.original[path];
        } else {
            delete texts[path];
        }
        await this.update(texts);
    }
}

registry.category("fields").add("complaint_policy_editor", {
    component: PolicyEditor,
    displayName: _t("Policy editor"),
    supportedTypes: ["json"],
    fieldDependencies: [
        {name: "pack", type: "char"},
        {name: "original", type: "json"},
        {name: "problems", type: "json"},
        {name: "kinds", type: "json"},
    ],
});
