import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const MINUTE = 60000; // milliseconds
const TICK = MINUTE / 4; // how often the words are looked at again

/** How long until a deadline, in words that stay true while the page is open. */
export class Countdown extends Component {
    static template = "complaint_management.Countdown";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({now: DateTime.now()});
        const timer = setInterval(() => (this.state.now = DateTime.now()), TICK);
        onWillUnmount(() => clearInterval(timer));
    }

    get due() {
        return this.props.record.data[this.props.name];
    }
    get late() {
        return this.due && this.due < this.state.now;
    }
    get exact() {
        return formatDateTime(this.due);
    }
    get words() {
        const time = this.span(Math.abs(this.due.toMillis() - this.state.now.toMillis()));
        return this.late ? _t("%s late", time) : _t("in %s", time);
    }

    /** A length of time in two units at most: nobody reads minutes of a three-day limit. */
    span(milliseconds) {
        const minutes = Math.floor(milliseconds / MINUTE);
        const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
        if (hours >= 72) {
            return _t("%s days", Math.floor(hours / 24));
        }
        if (hours >= 24 || (hours && !rest)) {
            return _t("%s h", hours);
        }
        return hours ? _t("%(hours)s h %(minutes)s min", {hours, minutes: rest}) : _t("%s min", minutes);
    }
}

registry.category("fields").add("complaint_countdown", {
    component: Countdown,
    displayName: _t("Countdown"),
    supportedTypes: ["datetime"],
});
