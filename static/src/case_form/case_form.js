import {FormRenderer} from "@web/views/form/form_renderer";
import {StatusBarButtons} from "@web/views/form/status_bar_buttons/status_bar_buttons";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";

// So many buttons leave room for the stages beside them on a laptop's screen.
const AT_HAND = 4;

/** The first buttons of a case at hand, the others one click away, so that the stages can be read. */
export class CaseButtons extends StatusBarButtons {
    static template = "complaint_management.CaseButtons";

    /** How many buttons stand side by side; one alone is not worth a menu. */
    get atHand() {
        if (this.env.isSmall) {
            return 1;
        }
        return this.visibleSlotNames.length <= AT_HAND + 1 ? AT_HAND + 1 : AT_HAND;
    }
}

export class CaseFormRenderer extends FormRenderer {
    static components = {...FormRenderer.components, StatusBarButtons: CaseButtons};
}

registry.category("views").add("complaint_case_form", {...formView, Renderer: CaseFormRenderer});
