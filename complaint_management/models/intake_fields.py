"""What intake writes down beside the complaint itself, and what it can promise before anything is saved."""

from odoo import api, fields, models

from ..engine.risk import promise
from .release_reading import naive


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    order_reference = fields.Char(
        "Order number", index="btree_not_null", help="The order, parcel or contract that it is about."
    )
    external_ref = fields.Char(
        "External reference",
        readonly=True,
        copy=False,
        help="What another system calls this case. Handed in twice, it is still one case.",
    )
    script = fields.Text(compute="_compute_script", help="What to ask and to say about this category.")

    result_in_brief = fields.Char("Result", compute="_compute_result_in_brief")

    _external_ref = models.UniqueIndex(
        "(company_id, external_ref) WHERE external_ref IS NOT NULL",
        "A case with this external reference is in the register already.",
    )
    _received = models.Index("(company_id, received_at) WHERE case_type_id IS NOT NULL")

    @api.depends("category_id", "case_type_id")
    @api.depends_context("lang")
    def _compute_script(self):
        for ticket in self:
            release = ticket._release() if ticket.case_type_id else self.env["complaint.release"]
            ticket.script = release._script(ticket.category_id)

    @api.depends("stage_id", "settled_remedy_id", "set_aside_reason", "next_brief", "closed")
    @api.depends_context("lang", "tz")
    def _compute_result_in_brief(self):
        for ticket in self:
            ticket.result_in_brief = (
                (ticket.settled_remedy_id.name or ticket.set_aside_reason or ticket.stage_id.name)
                if ticket.closed
                else ticket.next_brief
            )

    @api.model
    def _prospective_promise(self, vals):
        """By when the customer would hear from us if a case with these values were opened now: naive UTC,
        False where the policy promises nothing. Nothing is stored and no number is drawn."""
        company = self._company_of(vals)
        release = self.env["complaint.release"]._active(company)
        if not release or not vals.get("case_type_id"):
            return False
        state, _events = self._open_case({}, dict(vals), release)
        clock = promise(release._policy(), state)
        return naive(clock.due_at) if clock else False


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _script(self, category):
        """The script of a category or of the nearest category above it that has one (A11), in the user's
        language; False if there is none."""
        if not self:
            return False
        policy = self._policy()
        entry = policy.categories.get(self._refs().get(("category", category.id)))
        while entry and not entry.written.get("script"):
            entry = policy.categories.get(entry.parent)
        texts = entry.written["script"] if entry else {}
        return texts.get(self._language()) or texts.get("en") or next(iter(texts.values()), False)

    def _closing_stage(self, wanted):
        """The first stage of this release that closes a case and fits: the record, empty if there is none.

        wanted: gets the engine's stage."""
        stages = self.env["helpdesk.ticket.stage"]
        if not self:
            return stages
        found = next((one for one in self._policy().stages.values() if one.closes and wanted(one)), None)
        return stages.browse(found and self._refs()["stage", found.name])
