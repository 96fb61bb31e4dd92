// The public form: answers to frequent questions that fit what somebody chooses or types stand, open, below what
// is typed. Without this script all of them stand above the form.
(() => {
    const plain = (text) => text.normalize("NFKC").toLowerCase();

    function fits(answer, category, text) {
        const words = answer.dataset.keywords.split("|").filter(Boolean);
        const categories = answer.dataset.categories.split(" ").filter(Boolean);
        return categories.includes(category) || words.some((word) => text.includes(plain(word)));
    }

    document.addEventListener("input", ({target}) => {
        const form = target.closest?.("form[data-captcha='complaint']");
        const place = form?.querySelector(".o_complaint_offers");
        const category = form?.querySelector("select[name='category']");
        const what = form?.querySelector("textarea[name='what']");
        if (!place || (target !== category && target !== what)) {
            return;
        }
        for (const answer of document.querySelectorAll(".o_complaint_answers > details")) {
            if (fits(answer, category.value, plain(what.value))) {
                answer.open = true;
                place.append(answer); // once: it stays there, and whoever closes it has read it
            }
        }
    });
})();
