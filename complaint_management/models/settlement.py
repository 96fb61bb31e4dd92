"""Settled on the spot: what was agreed at the first contact (A4)."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.answers import rating_score


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    settled_remedy_id = fields.Many2one(
        "complaint.term", "Settled with", readonly=True, copy=False, ondelete="restrict"
    )
    settled_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    settled_amount = fields.Monetary(currency_field="settled_currency_id", readonly=True, copy=False)
    settled_result = fields.Text("Result at first contact", readonly=True, copy=False)
    settleable = fields.Boolean(compute="_compute_settleable")

    def _compute_settleable(self):
        for ticket in self:
            ticket.settleable = bool(ticket.case_type_id and not ticket.closed and ticket._settling_stage())

    def _filled_elsewhere(self):
        """What was given on the spot is a remedy too, where a stage requires one."""
        filled = super()._filled_elsewhere()
        return filled | {"remedy"} if self.settled_remedy_id else filled

    def _settling_stage(self):
        return self.release_id._closing_stage(lambda stage: stage.written.get("first_contact"))

    def _settle(self, remedy, result, amount=0.0, currency=None, score=None):
        """Record what was agreed and close the case as a first-contact resolution.

        score: 1, 3 or 5, as the customer says; None if nobody asked."""
        self.ensure_one()
        self.check_access("write")
        stage = self._settling_stage()
        self._refuse_to_settle(stage, remedy, amount, currency)
        self.write(
            {
                "settled_remedy_id": remedy.id,
                "settled_amount": amount if remedy.needs_amount else 0.0,
                "settled_currency_id": currency.id if remedy.needs_amount and amount else False,
                "settled_result": result,
            }
        )
        self.write({"stage_id": stage.id})
        if score:
            self._rate(score)

    def _refuse_to_settle(self, stage, remedy, amount, currency):
        if not stage:
            raise UserError(
                self.env._(
                    "The policy knows no stage for what is settled at the first contact. "
                    "A policy admin marks one with first_contact: true."
                )
            )
        if self.closed:
            raise UserError(self.env._("%(number)s is closed already.", number=self.number))
        policy = self.release_id._policy()
        code = self.release_id._refs()["stage", stage.id]
        attributes = self._engine_state().attributes
        if not policy.condition(policy.stages[code].written).holds(attributes, self.case_cycle):
            raise UserError(
                self.env._(
                    "A case like this is not settled on the spot (complexity: %(complexity)s): the policy "
                    "wants it investigated. Correct the classification, or save it and hand it on.",
                    complexity=self.complexity_id.name or self.env._("none"),
                )
            )
        if remedy.needs_amount and amount and not currency:
            raise UserError(self.env._("An amount needs a currency. Choose one."))
        if remedy.needs_amount and amount <= 0:
            raise UserError(
                self.env._("How much is the %(remedy)s? Enter an amount above nought.", remedy=remedy.name)
            )

    def _rate(self, score, words=""):
        """The customer's satisfaction, as one of OCA's ratings and as a fact on the scale of the policy.

        score: 1, 3 or 5, as OCA has it"""
        rated = self.user_id if self.env.user.share else self.env.user
        # sudo: agents may not write ratings; this one is recorded with their name in the register
        self.env["rating.rating"].sudo().create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "rating": score,
                "feedback": words or False,
                "consumed": True,
                "partner_id": self.partner_id.id,
                "rated_partner_id": rated.partner_id.id,
            }
        )
        self._record_fact("rated", data={"score": self.release_id._on_scale(score)})


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _on_scale(self, score):
        """One of OCA's scores on the scale that the policy's survey has, whose thresholds its rules name."""
        return rating_score(self._policy().raw.get("surveys") or (), score)
