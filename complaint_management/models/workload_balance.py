"""Balance by weight (F7): what is open weighs by severity, as assigning counts it (`engine.assignment`), and
cases move from the heaviest desk of a team to the lightest when its leader agrees."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.assignment import Rules
from ..engine.workload import moves

AT_MOST = 50  # cases that are moved at a time
MOVABLE = 500  # the newest so many are looked at


class ComplaintWorkload(models.AbstractModel):
    _inherit = "complaint.workload"

    @api.model
    def _open_domain(self, company, teams):
        return Domain(
            [
                ("company_id", "=", company.id),
                ("case_type_id", "!=", False),
                ("closed", "=", False),
                ("team_id", "in", teams.ids),
            ]
        )

    @api.model
    def _open_work(self, company, teams):
        """{team id or "all": {cases, weight, moves}} of what is open, as the reader may see it; moves: what
        would make the desks of the team more even. As many queries for any number of people and cases."""
        release = self.env["complaint.release"]._active(company)
        policy = release._policy().raw if release else {}
        rules, refs = Rules.load(policy.get("assignment"), policy.get("workload")), release._refs()

        def weight_of(severity):
            return rules.weight_of(refs.get(("severity", severity.id)))

        found = defaultdict(lambda: {"cases": 0, "weight": 0.0, "moves": []})
        people = {team.id: _people(team, company).ids for team in teams}
        loads = defaultdict(lambda: (0, 0.0))
        domain, tickets = self._open_domain(company, teams), self.env["helpdesk.ticket"]
        for team, user, severity, count in tickets._read_group(
            domain, ["team_id", "user_id", "severity_id"], ["__count"]
        ):
            weight = count * weight_of(severity)
            for key in (team.id, "all"):
                found[key]["cases"] += count
                found[key]["weight"] += weight
            known = loads[team.id, user.id]
            loads[team.id, user.id] = (known[0] + count, known[1] + weight)
        newest = tickets.search_fetch(
            domain & Domain("user_id", "!=", False),
            ["team_id", "user_id", "severity_id"],
            order="received_at desc, id desc",  # work on them has hardly begun
            limit=MOVABLE,
        )
        # sudo: who is there, not why
        absent = teams.sudo().user_ids._absent_ids()
        for team, users in people.items():
            desks = {user: [] for user in users}
            for ticket in newest:
                if ticket.team_id.id == team and ticket.user_id.id in desks:
                    desks[ticket.user_id.id].append((ticket.id, weight_of(ticket.severity_id)))
            fixed = {user: _less(loads[team, user], desks[user]) for user in users}
            takers = [user for user in users if user not in absent]
            found[team]["moves"] = moves(desks, takers, rules.cap, AT_MOST, fixed)
        return found


class WorkloadSpread(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.workload.spread"
    _description = "Spread the cases of a team"

    team_id = fields.Many2one("helpdesk.ticket.team", required=True, readonly=True)
    company_id = fields.Many2one(related="team_id.company_id")
    line_ids = fields.One2many(
        "complaint.workload.spread.line",
        "wizard_id",
        "Who gets what",
        compute="_compute_lines",
        store=True,
        readonly=False,
        compute_sudo=False,
    )

    @api.depends("team_id")
    def _compute_lines(self):
        for wizard in self:
            team, workload = wizard.team_id, self.env["complaint.workload"]
            seen = team & workload._teams_seen(team.company_id)
            found = workload._open_work(team.company_id, seen)[team.id]["moves"] if seen else []
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {"ticket_id": one.case, "giver_id": one.giver, "taker_id": one.taker, "chosen": True}
                )
                for one in found
            ]

    def action_spread(self):
        """Put the chosen cases into the charge of those who have less to do."""
        self.ensure_one()
        chosen = self.line_ids.filtered("chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one case that is to move."))
        stale = chosen.filtered(lambda line: line.ticket_id.user_id != line.giver_id)
        for taker, lines in (chosen - stale).grouped("taker_id").items():
            lines.ticket_id.write({"user_id": taker.id})
        told = self.env._("Cases moved: %(count)s.", count=len(chosen - stale))
        if stale:
            told += " " + self.env._(
                "Somebody else had them meanwhile, so they stay: %(numbers)s.",
                numbers=", ".join(stale.ticket_id.mapped("number")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if stale else "success",
                "message": told,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class WorkloadSpreadLine(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.workload.spread.line"
    _description = "A case that would move within its team"

    wizard_id = fields.Many2one("complaint.workload.spread", required=True, ondelete="cascade")
    chosen = fields.Boolean("Move", default=True)
    ticket_id = fields.Many2one("helpdesk.ticket", "Case", readonly=True, required=True, ondelete="cascade")
    giver_id = fields.Many2one("res.users", "From", readonly=True)
    taker_id = fields.Many2one("res.users", "To", readonly=True)
    severity_id = fields.Many2one(related="ticket_id.severity_id", related_sudo=False)
    stage_id = fields.Many2one(related="ticket_id.stage_id", related_sudo=False)


def _people(team, company):
    return team.sudo().user_ids.filtered(  # sudo: who of a team works for a company
        lambda user: user.active and not user.share and company in user.company_ids
    )


def _less(load, cases):
    """(number, weight) of the cases of a person that do not move."""
    count, weight = load
    return count - len(cases), weight - sum(one for _case, one in cases)
