import {stepUtils} from "@web_tour/tour_utils";

/** An app, then one of its menus: section is the menu in the bar, entry the line below it. */
function openApp(app, section, entry) {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the app",
            trigger: `.o_app[data-menu-xmlid="${app}"]`,
            run: "click",
        },
        {
            content: "open the menu",
            trigger: `button[data-menu-xmlid="${section}"]`,
            run: "click",
        },
        {
            content: "choose its entry",
            trigger: `a[data-menu-xmlid="${entry}"]`,
            run: "click",
        },
    ];
}

export function openHelpdesk(section, entry) {
    return openApp("helpdesk_mgmt.helpdesk_ticket_main_menu", section, entry);
}

export function openComplaints(section, entry) {
    return openApp("complaint_management.menu_complaints_root", section, entry);
}

/** Choose a record by its name, typing on a desktop and from the list of cards on a phone. */
export function choose(field, name) {
    const input = `.o_field_widget[name="${field}"] input`;
    return [
        {isActive: ["desktop"], content: `type ${name}`, trigger: input, run: `edit ${name}`},
        {
            isActive: ["desktop"],
            content: `choose ${name}`,
            trigger: `.o-autocomplete--dropdown-item > a:contains("${name}")`,
            run: "click",
        },
        {isActive: ["mobile"], content: `open the choices of ${field}`, trigger: input, run: "click"},
        {
            isActive: ["mobile"],
            content: `choose ${name}`,
            trigger: `.modal .o_kanban_record:contains("${name}")`,
            run: "click",
        },
        {content: `${name} is chosen`, trigger: `.o_field_widget[name="${field}"] input:value("${name}")`},
    ];
}

/** Press a button above the form, at hand or behind "More". */
export function press(button, description) {
    return [
        {
            content: "unfold the buttons that are not at hand",
            trigger: ".o_statusbar_buttons",
            async run({queryFirst, click}) {
                const more = queryFirst(".o_statusbar_buttons button:has(.oi-ellipsis-v)");
                if (more && !queryFirst(`.o_statusbar_buttons button:contains("${button}")`)) {
                    await click(more);
                }
            },
        },
        {
            content: description,
            trigger: `.o_statusbar_buttons button:enabled:contains("${button}"), .dropdown-item button:enabled:contains("${button}")`,
            run: "click",
        },
    ];
}

/** Go to a stage in the bar above the form, wherever the width of the screen has put it. */
export function moveTo(stage) {
    return [
        {
            content: "unfold the stages that do not fit",
            trigger: ".o_statusbar_status",
            async run({queryAll, queryFirst, click}) {
                if (!queryAll(`.o_statusbar_status button:visible:contains("${stage}")`).length) {
                    await click(queryFirst(".o_statusbar_status .dropdown-toggle:visible"));
                }
            },
        },
        {
            content: `move to ${stage}`,
            trigger: `.o_statusbar_status button:visible:contains("${stage}"), .o-dropdown-item:contains("${stage}")`,
            run: "click",
        },
        {
            content: `the stage is ${stage}`,
            trigger: `.o_statusbar_status button:visible[aria-current="step"]:contains("${stage}"), .o_statusbar_status button:visible.dropdown-toggle:contains("${stage}")`,
        },
    ];
}

/** A clock of the case and where it stands. */
export function clock(title, standing) {
    return {
        content: `the clock "${title}" says "${standing}"`,
        trigger: `.o_field_widget[name="current_milestone_ids"] .o_data_row:contains("${title}"):contains("${standing}")`,
    };
}

/** The register's entry of a fact. */
export function registerSays(fact) {
    return [
        {content: "open the register", trigger: ".nav-link[name='register']", run: "click"},
        {
            content: `the register says "${fact}"`,
            trigger: `.o_field_widget[name="event_ids"] .o_data_row:contains("${fact}")`,
        },
    ];
}
