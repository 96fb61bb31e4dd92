"""Which stage may follow, what is missing before it, and how a person gets there (B1).

    statusbar, kanban, RPC --write(stage_id)--> _refuse_wrong_way -> a sentence and a button to the
    missing fields
    "Take it on…"          --complaint.move--> the stages that may follow, each with what it still needs

What the system itself does (superuser: jobs, settled on the spot, steps of a solution) checks its own way."""

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools.misc import frozendict

from ..engine.policy import as_list
from ..engine.ways import following, missing, reopening
from .cached import alike
from .release_reading import aware

# What a stage may require -> the field of the ticket that holds it. What others hold (a solution, an
# investigation) is asked of `_filled_elsewhere`.
REQUIRED = frozendict(
    {
        "category": "category_id",
        "severity": "severity_id",
        "urgency": "urgency_id",
        "scope": "scope_id",
        "complexity": "complexity_id",
        "team": "team_id",
        "user": "user_id",
        "channel": "channel_id",
        "partner": "partner_id",
        "reason": "set_aside_reason",
    }
)

CONDITIONS = frozenset({"match", "unless"})


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    way_hint = fields.Char(
        "After that",
        compute="_compute_way_hint",
        help="The stages that may follow, and what they still need.",
    )

    def write(self, vals):
        if vals.get("stage_id") and not self.env.su:
            self._cases()._refuse_wrong_way(vals)
        return super().write(vals)

    @api.depends("stage_id", "case_type_id", *(field for field in REQUIRED.values()))
    @api.depends_context("lang")
    def _compute_way_hint(self):
        # sudo: nobody reads the field itself. One query instead of one for each case.
        self._origin.sudo().fetch(["case_state"])
        for ticket in self:
            ticket.way_hint = ticket._way_words() if ticket.case_type_id and ticket._origin else False

    def _way_words(self):
        """The stages that may follow, as one line."""
        stages = self._following_stages()
        parts = []
        for stage, lacks in stages:
            if lacks:
                words = ", ".join(self._requirement_label(name) for name in lacks)
                parts.append(self.env._("%(stage)s (needs: %(what)s)", stage=stage.name, what=words))
            else:
                parts.append(stage.name)
        return " · ".join(parts)

    # ------------------------------------------------------------------ asking the policy

    def _following_stages(self):
        """[(stage record, names of what it still requires)] of the stages that may follow now."""
        self.ensure_one()
        policy, refs = self.release_id._policy(), self.release_id._refs()
        stages = self.env["helpdesk.ticket.stage"].sudo()  # sudo: pick lists hold no secrets
        known = [
            stage
            for stage in following(policy, self._engine_state(), aware(fields.Datetime.now()))
            if ("stage", stage.name) in refs
        ]
        wanted = {name for stage in known for name in as_list(stage.written.get("require"))}
        filled = self._filled(None, wanted) if wanted else set()
        return [(stages.browse(refs["stage", stage.name]), missing(stage, filled)) for stage in known]

    def _missing_for(self, stage, vals=None):
        """Names of what this case lacks before it may enter a stage; vals: what is written at the same
        time."""
        code = self.release_id._refs().get(("stage", stage.id))
        known = self.release_id._policy().stages.get(code)
        wanted = as_list(known.written.get("require")) if known else ()
        return missing(known, self._filled(vals, wanted)) if wanted else []

    def _filled(self, vals=None, wanted=None):
        """Names of what is filled in, of all that a stage may require, or of those that are wanted."""
        self.ensure_one()
        vals = vals or {}
        filled = {
            name
            for name, field in REQUIRED.items()
            if (wanted is None or name in wanted) and vals.get(field, self[field])
        }
        if not self.partner_id and (self.partner_name or self.partner_email or self.partner_phone):
            filled.add("partner")
        if wanted is None or not REQUIRED.keys() >= set(wanted):
            filled |= self._filled_elsewhere()
        return filled

    def _filled_elsewhere(self):
        """Names of what other records of the case hold: cause, finding, remedy, evidence of agreement,
        department."""
        return set()

    def _requirement_label(self, name):
        """What people call something that a stage requires."""
        field = REQUIRED.get(name)
        if field and field in self._fields:
            return self.fields_get([field], ["string"])[field]["string"]
        return {
            "responsible_department": self.env._("Responsible department"),
            "cause": self.env._("Cause"),
            "finding": self.env._("Finding"),
            "remedy": self.env._("Remedy"),
            "agreement_evidence": self.env._("Evidence of the customer's answer"),
        }.get(name, name)

    def _may_be_reopened(self):
        """The engine's answer to "may this closed case be opened again now"; None for an open one."""
        self.ensure_one()
        now = aware(fields.Datetime.now())
        return reopening(self.release_id._policy(), self._engine_state(), now)

    # ------------------------------------------------------------------ refusing

    def _refuse_wrong_way(self, vals):
        """Say why a case may not enter a stage, and lead to what is missing."""
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        for cases in alike(self, "release_id", "stage_id").values():
            release, here = cases[0].release_id, cases[0].stage_id
            policy, refs = release._policy(), release._refs()
            code = refs.get(("stage", stage.id))
            if here == stage or code not in policy.stages:
                continue  # _refuse_foreign_stage has the sentence
            wanted = policy.stages[code]
            # most cases of a batch are alike: only what asks about the case itself looks at each of them
            known = policy.stages.get(refs.get(("stage", here.id)))
            plain = known and code in known.next and not CONDITIONS & set(wanted.written)
            for case in cases if not plain else ():
                if stage not in [following for following, _lacks in case._following_stages()]:
                    raise UserError(case._wrong_way_words(stage))
            for case in cases if wanted.written.get("require") else ():
                case._refuse_lack(stage, case._missing_for(stage, vals))
            for case in cases if wanted.written.get("approval") else ():
                case._refuse_unapproved(stage, wanted.written["approval"])

    def _refuse_lack(self, stage, lacks):
        """Say what a stage still needs, and lead to where it is filled in."""
        if not lacks:
            return
        raise RedirectWarning(
            self.env._(
                "%(number)s cannot go to “%(stage)s” yet. It still needs: %(what)s.",
                number=self.number,
                stage=stage.name,
                what=", ".join(self._requirement_label(name) for name in lacks),
            ),
            self._action_move(stage),
            self.env._("Fill in what is missing"),
        )

    def _wrong_way_words(self, stage):
        """Why a stage may not follow, and which may."""
        opening = self._may_be_reopened()
        if opening and opening.refused == "late":
            return self.env._(
                "%(number)s can no longer be reopened: the time for it ended on %(until)s. "
                "Enter a new complaint and name this one in it.",
                number=self.number,
                until=self._in_words(opening.until.replace(tzinfo=None)),
            )
        if opening and opening.refused == "often":
            return self.env._(
                "%(number)s was reopened as often as the policy allows. The final answer stands and names "
                "the outside bodies.",
                number=self.number,
            )
        stages = [following.name for following, _lacks in self._following_stages()]
        if not stages:
            return self.env._(
                "%(number)s stays in “%(now)s”: the policy lets nothing follow.",
                number=self.number,
                now=self.stage_id.name,
            )
        return self.env._(
            "After “%(now)s” the policy does not let “%(stage)s” follow. %(number)s may go to: %(which)s.",
            now=self.stage_id.name,
            stage=stage.name,
            number=self.number,
            which=", ".join(stages),
        )

    # ------------------------------------------------------------------ moving on

    def action_move_on(self):
        """Choose the next stage, for one case or many."""
        return self._action_move(self.env["helpdesk.ticket.stage"])

    def _action_move(self, stage):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take it on"),
            "res_model": "complaint.move",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_ids": self.ids, "default_stage_id": stage.id},
        }
