import {Component, onWillStart, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {CopyButton} from "@web/core/copy_button/copy_button";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useAutofocus, useService} from "@web/core/utils/hooks";

/**
 * An idea or a problem, straight to management.
 *
 * Not a form of a record: what is typed here is stored nowhere before it is sent, so that an anonymous text
 * never exists beside a name.
 */
export class TellManagement extends Component {
    static template = "complaint_management.TellManagement";
    static components = {Dialog, CopyButton};
    static props = {close: Function};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({name: "", body: "", anonymous: false, sending: false, sent: null});
        useAutofocus({refName: "name"});
        onWillStart(async () => {
            this.options = await this.orm.call("complaint.suggestion", "tell_options", []);
        });
    }

    get title() {
        return _t("Tell management");
    }
    get ready() {
        return this.state.name.trim() && this.state.body.trim() && !this.state.sending;
    }

    async send() {
        if (!this.ready) {
            return;
        }
        this.state.sending = true;
        const {name, body, anonymous} = this.state;
        try {
            const sent = await this.orm.call("complaint.suggestion", "tell", [name, body, anonymous]);
            if (sent.code) {
                this.state.sent = sent;
            } else {
                this.notification.add(_t("Sent. You find the answer under “My suggestions”."), {
                    type: "success",
                });
                this.props.close();
            }
        } finally {
            this.state.sending = false;
        }
    }
}

registry.category("actions").add("complaint_management.tell", (env) => {
    env.services.dialog.add(TellManagement);
});

/** The lamp at the top of every screen. */
export class TellManagementButton extends Component {
    static template = "complaint_management.TellManagementButton";
    static props = [];

    setup() {
        this.dialog = useService("dialog");
    }
    open() {
        this.dialog.add(TellManagement);
    }
}

registry
    .category("systray")
    .add("complaint_management.tell", {Component: TellManagementButton}, {sequence: 15});
