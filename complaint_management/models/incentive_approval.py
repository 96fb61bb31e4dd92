"""Closing a period (E2, E3): the roles of the policy approve it one after the other, with the sharing of the
budget before their eyes; then it is paid, and consequences are carried out.

Nobody approves a period in which they have a statement of their own."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

ACTIVITY = "complaint_management.activity_type_consequence"


class IncentivePeriod(models.Model):
    _inherit = "complaint.incentive.period"

    awaits_me = fields.Boolean(
        "Waits for my approval", compute="_compute_awaits_me", search="_search_awaits_me"
    )
    obstacles = fields.Text(compute="_compute_obstacles", help="What has to happen before it is approved.")
    statement_count = fields.Integer("Statements", compute="_compute_counts", compute_sudo=True)
    reviewed_count = fields.Integer("Reviewed", compute="_compute_counts", compute_sudo=True)

    @api.depends("statement_ids.state")
    def _compute_counts(self):
        groups = self.env["complaint.incentive.statement"]._read_group(
            [("period_id", "in", self.ids)], ["period_id", "state"], ["__count"]
        )
        for period in self:
            of_state = {state: count for one, state, count in groups if one == period}
            period.statement_count = sum(of_state.values())
            period.reviewed_count = (
                period.statement_count - of_state.get("computed", 0) - of_state.get("draft", 0)
            )

    # ------------------------------------------------------------------ who decides

    def _approvers(self):
        """Who may approve now: the people of the role whose turn it is, without those who are in the period;
        where the policy asks no approval, whoever leads its people."""
        self.ensure_one()
        one = self.sudo()  # sudo: whom the policy means does not depend on who is asking
        people = one.statement_ids.user_id
        if one.state != "computed":
            return self.env["res.users"]
        if not one.roles:
            return people._team_leaders(one.company_id) - people
        return one.release_id._points_people(one.roles[0], people)

    @api.depends("state", "roles")
    @api.depends_context("uid")
    def _compute_awaits_me(self):
        for period in self:
            period.awaits_me = (
                # sudo: who approves is asked for the reader alone
                period.state == "computed" and self.env.user in period.sudo().approver_ids
            )  # sudo: ids

    def _search_awaits_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "computed"), ("approver_ids", "in", self.env.uid)]

    @api.depends("state", "statement_ids.state", "statement_ids.agreed_at")
    @api.depends_context("lang", "tz", "uid")
    def _compute_obstacles(self):
        for period in self:
            period.obstacles = "\n".join(period._obstacles()) if period.state == "computed" else False

    def _obstacles(self):
        """What has to happen before the period can be approved, as sentences."""
        statements = self.sudo().statement_ids  # sudo: only how many there are
        found, now = [], fields.Datetime.now()
        waiting = statements.filtered(lambda one: one.state != "reviewed")
        if waiting:
            found.append(
                self.env._(
                    "Statements to be reviewed: %(count)d (%(names)s).",
                    count=len(waiting),
                    names=", ".join(waiting[:5].user_id.mapped("name")),
                )
            )
        disputed = sum(statements.mapped("open_objections"))
        if disputed:
            found.append(self.env._("Objections to be decided: %(count)d.", count=disputed))
        waits = statements.filtered(
            lambda one: one.object_until and one.object_until >= now and not one.agreed_at
        )
        if waits:
            found.append(
                self.env._(
                    "People who can object until %(day)s, or agree before: %(count)d.",
                    count=len(waits),
                    day=waits._day(max(waits.mapped("object_until"))),
                )
            )
        if not self.sudo().approver_ids:  # sudo: whether there are any
            found.append(
                self.env._(
                    "Nobody may approve: the policy names no one who has no statement here. Ask the policy "
                    "admin."
                )
            )
        return found

    def _check_may_approve(self):
        self.ensure_one()
        if self.state != "computed":
            raise UserError(self.env._("This period does not wait for an approval."))
        approvers = self._approvers()
        if self.env.user not in approvers:
            raise AccessError(
                self.env._(
                    "%(names)s approve this period. Nobody approves a period with a statement of their own.",
                    names=", ".join(approvers.sudo().mapped("name")) or "–",  # sudo: names of colleagues
                )
            )
        obstacles = self._obstacles()
        if obstacles:
            raise UserError("\n".join(obstacles))

    # ------------------------------------------------------------------ approving

    def action_close(self):
        """Show how the budget is shared, then approve."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approve the period"),
            "res_model": "complaint.incentive.close",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_period_id": self.id},
        }

    def _approve(self):
        """The approval of the present user; the last role's locks the statements."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT id FROM complaint_incentive_period WHERE id = %s FOR NO KEY UPDATE", [self.id]
        )
        self.invalidate_recordset(["state", "roles"])
        self._check_may_approve()
        one = self.sudo()  # sudo: the approver was looked at
        one._share()
        role, *left = one.roles or [None]
        line = self.env._(
            "%(role)s: approved by %(who)s on %(when)s",
            role=one.release_id._role_title(role) if role else self.env._("Team leader"),
            who=self.env.user.name,
            when=fields.Datetime.context_timestamp(self, fields.Datetime.now()).strftime("%Y-%m-%d %H:%M"),
        )
        one.write({"roles": left, "approval_log": "\n".join(filter(None, [one.approval_log, line]))})
        if left:
            one.write({"approver_ids": [(6, 0, one._approvers().ids)]})
            return
        now = fields.Datetime.now()
        one.statement_ids.write({"state": "approved", "approved_at": now})
        # those who decided go on seeing what they decided about, and pay it
        one.write({"state": "approved", "approved_at": now, "approver_ids": [(4, self.env.uid)]})
        one.statement_ids._tell_approved()
        one.statement_ids._give_badges()
        one.statement_ids.filtered("consequence")._carry_out_consequence()

    def action_paid(self):
        """The rewards are paid, and the consequences have been carried out."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "approved":
            raise UserError(self.env._("Only an approved period is paid, and only once."))
        if self.env.user not in self.sudo().approver_ids:  # sudo: ids
            raise AccessError(self.env._("Whoever approves the period says that it is paid."))
        today = fields.Date.context_today(self)
        one = self.sudo()  # sudo: looked at above
        done = one.statement_ids.filtered(lambda item: not item.consequence or item.carried_out_at)
        done.write({"state": "paid", "paid_on": today})
        (one.statement_ids - done).write({"paid_on": today})
        one.write({"state": "paid", "paid_on": today, "paid_by_id": self.env.uid})


class IncentiveStatement(models.Model):
    _inherit = "complaint.incentive.statement"

    may_carry_out = fields.Boolean(compute="_compute_may_carry_out")

    @api.depends("state", "carried_out_at", "consequence")
    @api.depends_context("uid")
    def _compute_may_carry_out(self):
        for one in self:
            one.may_carry_out = (
                one.state in ("approved", "paid")
                and bool(one.consequence)
                and not one.carried_out_at
                and self.env.user in one._responsible()
            )

    def _responsible(self):
        """Who carries out a consequence: whoever reviews the statement."""
        return self._reviewers().sudo()  # sudo: names of colleagues

    def _carry_out_consequence(self):
        """Training or a warning follows from the grade: whoever leads the person gets it as an activity, and
        says on the statement when it is done. Others extend it."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        labels = {}
        rows = []
        for one in self:
            for user in one._responsible() if kind else ():
                here = one.with_context(lang=user.lang)
                if user.lang not in labels:
                    labels[user.lang] = dict(here._fields["consequence"]._description_selection(here.env))
                rows.append(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": one.id,
                        "user_id": user.id,
                        "activity_type_id": kind.id,
                        "summary": f"{labels[user.lang][one.consequence]}: {one.user_id.name}",
                    }
                )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(rows)

    def action_carried_out(self):
        """Ask what was done about a training or a warning."""
        self.ensure_one()
        self._check_may_carry_out()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Carried out"),
            "res_model": "complaint.incentive.carry.out",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_statement_id": self.id},
        }

    def _check_may_carry_out(self):
        self.check_access("read")
        if not self.may_carry_out:
            raise AccessError(
                self.env._(
                    "%(names)s carry out what follows from a statement, once it is approved.",
                    names=", ".join(self._responsible().sudo().mapped("name")) or "–",  # sudo: names
                )
            )

    def _carried_out(self, note):
        self._check_may_carry_out()
        if not (note or "").strip():
            raise UserError(self.env._("Say what was done and agreed: the person reads it here."))
        own = self.sudo()  # sudo: looked at above
        own.write(
            {
                "carried_out_at": fields.Datetime.now(),
                "carried_out_by_id": self.env.uid,
                "carried_out_note": note.strip(),
            }
        )
        own.activity_ids.unlink()
        if own.paid_on:
            own.write({"state": "paid"})
        reader = own.with_context(lang=own.user_id.lang, tz=own.user_id.tz)
        subject = reader.env._("What was agreed about your points for %(span)s", span=reader.span)
        own._write_to(own.user_id, subject, [note.strip()], own)

    def _tell_approved(self):
        """Each person learns what comes of the statement. As superuser."""
        letters = []
        for one in self:
            reader = one.with_context(lang=one.user_id.lang, tz=one.user_id.tz)
            lines = [reader._standing_line()]
            if one.reward:
                amount = format_amount(reader.env, one.reward, one.currency_id)
                lines.append(reader.env._("Your reward: %(amount)s.", amount=amount))
            if one.consequence:
                lines.append(reader._consequence_line())
            subject = reader.env._("Approved: your points for %(span)s", span=reader.span)
            letters.append((one.user_id, subject, lines, one))
        self._write_all(letters)

    def _consequence_line(self):
        names = ", ".join(self._responsible().mapped("name")) or self.env._("Your team leader")
        if self.consequence == "training":
            return self.env._("%(names)s will arrange a training with you.", names=names)
        return self.env._(
            "%(names)s will talk with you about it: what went wrong, and what would help.", names=names
        )

    # ------------------------------------------------------------------ badges

    def _give_badges(self):
        """A badge for those whose grade has one, once for each statement. As superuser."""
        given = []
        for one in self:
            found = one.period_id._scheme().grade(one.grade or None)
            if found and found.badge:
                badge = self.env["gamification.badge"]._of_grade(one)
                given.append({"user_id": one.user_id.id, "badge_id": badge.id, "comment": one.span})
        badges = self.env["gamification.badge.user"].create(given)
        for badge in badges:
            badge._send_badge()


class GamificationBadge(models.Model):
    _inherit = "gamification.badge"

    complaint_grade = fields.Char(
        readonly=True, copy=False, index="btree_not_null", help="Company, scheme and grade of the policy."
    )

    @api.model
    def _of_grade(self, statement):
        """The badge of a grade, made when it is first given."""
        key = f"{statement.company_id.id}/{statement.scheme}/{statement.grade}"
        own = self.sudo()  # sudo: the policy makes badges
        known = own.search([("complaint_grade", "=", key)], limit=1)
        if known:
            return known
        release = statement.period_id.release_id
        badge = own.create(
            {
                "name": f"{release._scheme_title(statement.scheme)}: {statement.grade_title}",
                "rule_auth": "nobody",
                "level": "gold",
                "complaint_grade": key,
            }
        )
        for code, _name in self.env["res.lang"].get_installed():
            words = release.with_context(lang=code)
            title = (
                words._scheme_title(statement.scheme),
                words._grade_title(statement.scheme, statement.grade),
            )
            badge.with_context(lang=code).name = ": ".join(title)
        return badge


class IncentiveClose(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.incentive.close"
    _description = "Approve a period of points"

    period_id = fields.Many2one("complaint.incentive.period", required=True, readonly=True)
    currency_id = fields.Many2one(related="period_id.currency_id", related_sudo=False)
    budget = fields.Monetary(related="period_id.budget", related_sudo=False)
    wanted = fields.Monetary(related="period_id.wanted", related_sudo=False)
    shared = fields.Monetary(related="period_id.shared", related_sudo=False)
    obstacles = fields.Text(compute="_compute_preview")
    awaits_me = fields.Boolean(related="period_id.awaits_me", related_sudo=False)
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("period_id")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for wizard in self:
            wizard.period_id.check_access("read")
            wizard.obstacles = wizard.period_id.obstacles
            # not as superuser: everybody sees the statements that they may read
            statements = self.env["complaint.incentive.statement"].search(
                [("period_id", "=", wizard.period_id.id)], order="reward desc, score desc, id"
            )
            wizard.preview = self.env["ir.qweb"]._render(
                "complaint_management.points_sharing",
                {
                    "period": wizard.period_id,
                    "statements": statements,
                    "money": lambda amount, period=wizard.period_id: format_amount(
                        self.env, amount, period.currency_id
                    ),
                },
            )

    def action_approve(self):
        self.ensure_one()
        self.period_id._approve()
        return {"type": "ir.actions.act_window_close"}


class IncentiveCarryOut(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.incentive.carry.out"
    _description = "A consequence was carried out"

    statement_id = fields.Many2one("complaint.incentive.statement", required=True, readonly=True)
    consequence = fields.Selection(related="statement_id.consequence", related_sudo=False)
    note = fields.Text("What was done and agreed", required=True)

    def action_done(self):
        self.ensure_one()
        self.statement_id._carried_out(self.note)
        return {"type": "ir.actions.act_window_close"}
