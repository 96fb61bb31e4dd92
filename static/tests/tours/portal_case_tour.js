import {registry} from "@web/core/registry";

// A customer on a phone: from the list to the case, refuse with a reason, then see that it was taken. By classes and
// names only, so that the same steps work in each language.
registry.category("web_tour.tours").add("portal_case_tour", {
    steps: () => [
        {
            content: "the case that waits for the customer stands in the list",
            trigger: ".o_complaint_list li:has(.text-bg-primary) a",
            run: "click",
            expectUnloadPage: true,
        },
        {content: "the first thing says whose turn it is", trigger: ".o_complaint_case > .alert-primary"},
        {content: "open the refusal", trigger: "details:has(#words_proposal) > summary", run: "click"},
        {
            content: "say why",
            trigger: "details[open] #words_proposal",
            run: "edit I would rather have a new cup",
        },
        {
            content: "send it",
            trigger: 'details[open] button[value="refuse"]',
            run: "click",
            expectUnloadPage: true,
        },
        {content: "the page says what happens now", trigger: "#done.alert-success"},
        {content: "and keeps the words", trigger: 'blockquote:contains("I would rather have a new cup")'},
        {content: "write something more", trigger: "#add_text", run: "edit And a blue one, please"},
        {
            content: "send that",
            trigger: 'form[action$="/add"] button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        {content: "it is there", trigger: 'article:contains("And a blue one, please")'},
    ],
});

registry.category("web_tour.tours").add("portal_accept_tour", {
    steps: () => [
        {content: "open Accept", trigger: "details:has(button[value='accept']) > summary", run: "click"},
        {
            content: "say yes",
            trigger: "details[open] button[value='accept']",
            run: "click",
            expectUnloadPage: true,
        },
        {content: "the page says what happens now", trigger: "#done.alert-success"},
        {
            content: "no second answer is asked for",
            trigger: ".o_complaint_case:not(:has(button[value='accept']))",
        },
    ],
});
