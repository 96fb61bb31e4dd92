"""What a text is likely about, as records: used by mail, web form and call form alike (A1, A5)."""

from odoo import models

from ..engine.keywords import classify


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _classify_text(self, text):
        """The case type and the category that the keywords of the policy propose for a text.

        Returns {"case_type_id": id or False, "category_id": id or False, "keyword": the word that decided, or
        an empty text}; nothing is proposed without a release."""
        if not self:
            return {"case_type_id": False, "category_id": False, "keyword": ""}
        guess, refs = classify(self._policy(), text or ""), self._refs()
        return {
            "case_type_id": refs.get(("case_type", guess.type), False),
            "category_id": refs.get(("category", guess.category), False),
            "keyword": guess.keyword,
        }
