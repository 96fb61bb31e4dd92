"""Publishing a case (F10): the original with what was found to be personal beside the text that everybody
will read. A person reads it, writes what is to be learnt, and says that nobody can be told from it."""

from collections import Counter

from markupsafe import Markup, escape
from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.personal import ADDRESS, DATE, LINK, MAIL, NAME, NUMBER, PHONE, STAFF, find, without
from .library import TEXTS


class LibraryPublish(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.library.publish"
    _description = "Put a case into the library"

    ticket_id = fields.Many2one("helpdesk.ticket", "Case", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True)
    original = fields.Html("The complaint", readonly=True, sanitize=False)
    found_words = fields.Char("Found and taken out", readonly=True)
    name = fields.Char("Title")
    happened = fields.Text("What happened")
    well = fields.Text("What was done well")
    badly = fields.Text("What went badly")
    learn = fields.Text("What to learn from it")
    category_id = fields.Many2one(
        "helpdesk.ticket.category",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
    )
    cause_id = fields.Many2one(
        "complaint.term", "Root cause", domain="[('kind', '=', 'cause'), ('company_id', '=', company_id)]"
    )
    sure = fields.Boolean("I have read the text. Nobody can be told from it.")

    def _begin(self, case):
        """A page for a case, filled in as far as the case tells it."""
        known, counts = case._known_people(), Counter()
        words, labels = self._words(), self._labels()
        shown, plain = [], []
        for title, text in case._library_sources():
            found = find(text, known)
            counts.update(one.kind for one in found)
            shown.append(self._marked(title, text, found, labels))
            plain.append(without(text, found, words))
        return self.create(
            {
                "ticket_id": case.id,
                "company_id": case.company_id.id,
                "original": Markup("").join(shown),
                "found_words": ", ".join(f"{labels[kind]}: {count}" for kind, count in counts.most_common())
                or self.env._("Nothing. Look twice: a person may be told from what happened, too."),
                "name": plain[0] if plain else "",
                "happened": "\n\n".join(plain[1:]),
                "category_id": case.category_id.id,
                "cause_id": case.cause_id.id,
            }
        )

    def _words(self):
        """{kind: what stands in the text instead}"""
        return {kind: f"[{label}]" for kind, label in self._labels().items()}

    def _labels(self):
        return {
            NAME: self.env._("name"),
            STAFF: self.env._("colleague"),
            MAIL: self.env._("e-mail address"),
            PHONE: self.env._("phone number"),
            LINK: self.env._("link"),
            ADDRESS: self.env._("place"),
            NUMBER: self.env._("number"),
            DATE: self.env._("date"),
        }

    def _marked(self, title, text, found, labels):
        """A part of the original with what was found in it."""
        parts, place = [], 0
        for one in found:
            parts += (escape(text[place : one.start]), Markup("<mark title='%s'>%s</mark>"))
            parts[-1] %= (labels[one.kind], one.text)
            place = one.end
        parts.append(escape(text[place:]))
        body = Markup("").join(parts).replace("\n", Markup("<br/>"))
        return Markup("<h5>%s</h5><p>%s</p>") % (title, body)

    def action_publish(self):
        self.ensure_one()
        self.ticket_id._check_for_library()
        if (
            not (self.name or "").strip()
            or not (self.happened or "").strip()
            or not (self.learn or "").strip()
        ):
            raise UserError(self.env._("Write a title, what happened, and what is to be learnt from it."))
        cases = self.env["complaint.library.case"]
        cases._refuse_people_in([self[name] for name in TEXTS], self.ticket_id._known_people())
        if not self.sure:
            raise UserError(
                self.env._(
                    "Read the text once more, and tick the box: everybody who handles complaints reads it."
                )
            )
        # sudo: who may was looked at; nobody else makes cases of the library
        one = cases.sudo().create(
            {
                **{name: self[name] for name in TEXTS},
                "company_id": self.ticket_id.company_id.id,
                "category_id": self.category_id.id,
                "cause_id": self.cause_id.id,
                "origin": self.ticket_id.id,
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": one._name,
            "res_id": one.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
