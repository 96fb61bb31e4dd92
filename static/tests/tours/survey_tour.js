import {registry} from "@web/core/registry";

/** Something of the page that a finger hits: large enough, and on a screen that does not scroll sideways. */
function tapped(selector) {
    return {
        content: `Tap ${selector}`,
        trigger: selector,
        run({anchor, click}) {
            const {width, height} = anchor.getBoundingClientRect();
            if (Math.min(width, height) < 40) {
                throw new Error(`${selector} is too small to tap: ${width} × ${height}`);
            }
            const page = document.documentElement;
            if (page.scrollWidth > page.clientWidth) {
                throw new Error("The page is wider than the screen");
            }
            return (click || (() => anchor.click()))();
        },
    };
}

registry.category("web_tour.tours").add("survey_on_a_phone_tour", {
    steps: () => [
        {content: "It is asked in Chinese", trigger: "legend:contains('态度满意吗')"},
        tapped("label[for=product_5]"),
        tapped("label[for=attitude_5]"),
        tapped("label[for=speed_5]"),
        tapped("label[for=recommend_10]"),
        {...tapped(".o_survey_send button"), expectUnloadPage: true},
        {content: "Thanks", trigger: ".o_survey_over h1"},
    ],
});
