import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {YAML_MODE, defineYamlMode} from "./yaml_mode";
import {cookie} from "@web/core/browser/cookie";
import {loadBundle} from "@web/core/assets";

/** One editor for many documents: each keeps its own undo history and its own place. */
export class PolicyCode extends Component {
    static template = "complaint_management.PolicyCode";
    static props = {
        path: String,
        text: String,
        marks: Array, // {line, column, severity, text}: what stands in the margin
        place: {type: Object, optional: true}, // {path, line, column}: where to go
        readonly: Boolean,
        onChange: Function,
        onMove: Function, // (lines, row, column) of the cursor
    };

    setup() {
        this.root = useRef("root");
        this.sessions = new Map();
        onWillStart(async () => {
            await loadBundle("web.ace_lib");
            defineYamlMode(window.ace);
        });
        useEffect(
            (element) => {
                this.editor = window.ace.edit(element, {
                    showPrintMargin: false,
                    useWorker: false,
                    theme: cookie.get("color_scheme") === "dark" ? "ace/theme/monokai" : undefined,
                });
                this.editor.on("changeSelection", () => this.moved());
                return () => this.editor.destroy();
            },
            () => [this.root.el]
        );
        useEffect(
            (path, text) => this.show(path, text),
            () => [this.props.path, this.props.text]
        );
        useEffect(
            (readonly) => this.editor.setReadOnly(readonly),
            () => [this.props.readonly]
        );
        useEffect(
            () => this.mark(),
            () => [this.props.path, this.props.marks]
        );
        useEffect(
            (place) => this.go(place),
            () => [this.props.place]
        );
    }

    show(path, text) {
        const session = this.sessions.get(path) || this.open(path, text);
        if (this.editor.getSession() !== session) {
            this.editor.setSession(session);
        }
        if (session.getValue() !== text) {
            this.silent = true;
            session.setValue(text);
            this.silent = false;
        }
    }

    open(path, text) {
        const session = window.ace.createEditSession(text, YAML_MODE);
        session.setOptions({useWorker: false, tabSize: 2, useSoftTabs: true});
        session.on("change", () => {
            if (!this.silent) {
                this.props.onChange(path, session.getValue());
            }
        });
        this.sessions.set(path, session);
        return session;
    }

    moved() {
        const {row, column} = this.editor.getCursorPosition();
        this.props.onMove(this.editor.getSession().getDocument().getAllLines(), row, column);
    }

    mark() {
        this.editor.getSession().setAnnotations(
            this.props.marks.map((mark) => ({
                row: mark.line - 1,
                column: mark.column - 1,
                text: mark.text,
                type: mark.severity,
            }))
        );
    }

    go(place) {
        if (place && place.path === this.props.path) {
            this.editor.gotoLine(place.line, place.column - 1, false);
            this.editor.focus();
        }
    }
}
