"""How a statement reads: where one stands, what gave and took points, what is left out, what one can do."""

from datetime import datetime, time
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from ..engine.points import COUNTED
from ..engine.points_text import explain_score, points_text, rule_place
from ..engine.schemes import MISSED
from .incentive_period import LOCKED

MARGIN = 1.1  # of the bar beyond the best grade, so that its mark is not at the very end


class IncentiveStatement(models.Model):
    _inherit = "complaint.incentive.statement"

    standing = fields.Html(
        compute="_compute_standing", sanitize=False, help="Score, grade, and the way there."
    )
    rules_table = fields.Html(compute="_compute_rules_table", sanitize=False)
    left_out = fields.Html(compute="_compute_left_out", sanitize=False)
    what_now = fields.Html(compute="_compute_what_now", sanitize=False)
    leaderboard = fields.Html(compute="_compute_leaderboard", sanitize=False)
    waiting_id = fields.Many2one("complaint.incentive.statement", compute="_compute_waiting_id")
    earlier_count = fields.Integer(compute="_compute_waiting_id")
    can_agree = fields.Boolean(compute="_compute_waiting_id")

    def _rules(self):
        """(engine's scheme, release, language) of a statement."""
        self.ensure_one()
        release = self.sudo().period_id.release_id  # sudo: the words of the policy are no secret
        return release._schemes()[self.scheme], release, release._language()

    def _rendered(self, template, values):
        return self.env["ir.qweb"]._render(f"complaint_management.{template}", values)

    # ------------------------------------------------------------------ where one stands

    @api.depends("score", "grade", "case_count", "state", "reward", "reward_full")
    @api.depends_context("lang", "uid")
    def _compute_standing(self):
        for one in self:
            scheme, release, lang = one._rules()
            found = one._found()
            one.standing = one._rendered(
                "points_standing",
                {
                    "one": one,
                    "found": found,
                    "score": points_text(found.score, sign=False) if found.score is not None else "–",
                    "lines": explain_score(scheme, found, lang),
                    "marks": one._marks(scheme, release, found),
                    "least": scheme.min_cases,
                    "reward": one._reward_words(),
                    "rules": one._by_rule(release),
                },
            )

    def _by_rule(self, release):
        """What gave and took how many points in all, the most first; what was taken back is not in it."""
        rows = self.env.execute_query(
            SQL(
                "SELECT rule, count(*), sum(value)::text FROM ("
                "SELECT rule, sum(CASE WHEN flat THEN points ELSE points * weight END) AS value "
                "FROM complaint_incentive_entry WHERE statement_id = %s AND rule != %s "
                "GROUP BY rule, ticket_id, suggestion_id, cycle, subject HAVING sum(points) != 0"
                ") AS of_one GROUP BY rule",
                self.id,
                COUNTED,
            )
        )
        found = sorted(((Decimal(value), times, rule) for rule, times, value in rows), reverse=True)
        return [
            {
                "title": release._points_rule_title(self.scheme, rule),
                "times": times,
                "points": points_text(value),
                "gives": value > 0,
            }
            for value, times, rule in found
        ]

    def _marks(self, scheme, release, found):
        """What the bar shows: where the grades begin, and how far the score is, in per cent of its length."""
        least = [grade for grade in scheme.grades if grade.least is not None and grade.least > 0]
        top = max([float(grade.least) for grade in least] + [float(found.score or 0), 1]) * MARGIN
        return {
            "filled": round(100 * max(0, float(found.score or 0)) / top),
            "grades": [
                {
                    "title": release._words(grade.written.get("title"), grade.name),
                    "least": points_text(grade.least, sign=False),
                    "place": round(100 * float(grade.least) / top),
                    "reached": found.score is not None and found.score >= grade.least,
                }
                for grade in reversed(least)
            ],
        }

    def _reward_words(self):
        """What is paid, and why it is less than the grade promises, if it is."""
        if self.state == "draft" or not self.reward_full:
            return ""
        paid = format_amount(self.env, self.reward, self.currency_id)
        if self.state not in LOCKED:
            return self.env._(
                "Reward as things stand: %(amount)s. It is certain with the approval.", amount=paid
            )
        if self.reward == self.reward_full:
            return self.env._("Reward: %(amount)s", amount=paid)
        return self.env._(
            "Reward: %(amount)s. The grade promises %(full)s; the budget does not reach for all, so "
            "everybody gets the same share of theirs.",
            amount=paid,
            full=format_amount(self.env, self.reward_full, self.currency_id),
        )

    # ------------------------------------------------------------------ what gives points

    @api.depends("period_id")
    @api.depends_context("lang")
    def _compute_rules_table(self):
        for one in self:
            scheme, release, _lang = one._rules()
            rows = [
                {
                    "title": release._words(rule.written.get("title"), rule.name),
                    "points": points_text(rule.points),
                    "gives": rule.points > 0,
                    "place": rule_place(scheme, rule.name),
                    "limit": rule.limit is not None and points_text(rule.limit, sign=False),
                    "held": MISSED in rule.occasions,
                }
                for rule in scheme.rules
            ]
            grades = [
                {
                    "title": release._words(grade.written.get("title"), grade.name),
                    "least": grade.least is not None and points_text(grade.least, sign=False),
                    "reward": grade.reward and format_amount(one.env, float(grade.reward), one.currency_id),
                    "consequence": grade.consequence and one._consequence_title(grade.consequence),
                    "mine": grade.name == one.grade,
                }
                for grade in scheme.grades
            ]
            one.rules_table = one._rendered(
                "points_rules", {"rows": rows, "grades": grades, "scheme": scheme}
            )

    def _consequence_title(self, code):
        return dict(self._fields["consequence"]._description_selection(self.env))[code]

    # ------------------------------------------------------------------ what does not count

    @api.depends("user_id", "period_id")
    @api.depends_context("lang")
    def _compute_left_out(self):
        for one in self:
            # sudo: whoever may read the statement reads what belongs to it
            notes = (
                one.env["complaint.incentive.note"]
                .sudo()
                .search(
                    [
                        ("user_id", "=", one.user_id.id),
                        ("scheme", "=", one.scheme),
                        ("period", "=", one.period_code),
                        ("company_id", "=", one.company_id.id),
                    ]
                )
            )
            days = one._days_away()
            one.left_out = (
                one._rendered("points_left_out", {"notes": notes, "days": days}) if notes or days else False
            )

    def _days_away(self):
        """On how many days of the period the person was on leave, as far as the calendar knows."""
        # sudo: only how many days, for those who may read the statement
        leaves = self.env["resource.calendar.leaves"].sudo()
        employee = self.sudo().user_id.employee_ids.filtered(lambda one: one.company_id == self.company_id)
        begin = datetime.combine(self.date_from, time.min)
        end = datetime.combine(self.date_to, time.max)
        found = leaves.search(
            [
                ("resource_id", "in", employee.resource_id.ids),
                ("date_from", "<=", end),
                ("date_to", ">=", begin),
            ]
        )
        days = {
            fields.Date.add(max(leave.date_from, begin).date(), days=number)
            for leave in found
            for number in range(
                (min(leave.date_to, end).date() - max(leave.date_from, begin).date()).days + 1
            )
        }
        return len(days)

    # ------------------------------------------------------------------ what one can do

    @api.depends("state", "consequence", "object_until", "agreed_at", "carried_out_at", "objection_ids.state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_what_now(self):
        for one in self:
            one.what_now = one._rendered("points_what_now", {"one": one, "lines": one._what_now()})

    def _what_now(self):
        """Sentences for the person whose statement it is; for others none."""
        if self.user_id != self.env.user:
            return []
        lines = []
        lines += filter(None, [self._would_follow()])
        if self.state in LOCKED and self.consequence and not self.carried_out_at:
            lines.append(self._consequence_line())
        if self.carried_out_note:
            lines.append(self.env._("Agreed with you: %(note)s", note=self.carried_out_note))
        if self.consequence:
            lines.append(
                self.env._(
                    "The next period begins at nothing: these points do not count there, and neither does "
                    "this grade."
                )
            )
        lines += self._about_objecting()
        if self.leader_names:
            lines.append(
                self.env._(
                    "You and %(names)s see these points, and who approves them once the period is over. "
                    "Your colleagues do not.",
                    names=self.leader_names,
                )
            )
        return lines

    def _about_objecting(self):
        if not self.object_until:
            return [self.env._("The policy of your company gives no time to object.")]
        if self.state in LOCKED:
            return [
                self.env._(
                    "This statement is approved and does not change any more. A fact that comes to light "
                    "later counts in the period that runs then."
                )
            ]
        if self.agreed_at:
            return [self.env._("You agreed on %(day)s.", day=self._day(self.agreed_at))]
        day = self._day(self.object_until)
        if fields.Datetime.now() > self.object_until:
            return [self.env._("The time to object was over on %(day)s.", day=day)]
        who = ", ".join(self._objection_deciders().sudo().mapped("name"))  # sudo: names of colleagues
        return [
            self.env._(
                "Something is wrong? Press “Object” beside the points until %(day)s. You are answered in "
                "writing, by one of: %(who)s. Whoever reviews your statement does not decide.",
                day=day,
                who=who or "–",
            )
        ]

    def _compute_waiting_id(self):
        now = fields.Datetime.now()
        own = self.search([("user_id", "=", self.env.uid), ("state", "!=", "draft")])
        waiting = own.filtered(
            lambda one: (
                one.state in ("computed", "reviewed")
                and not one.agreed_at
                and one.object_until
                and one.object_until >= now
            )
        )
        for one in self:
            mine = one.user_id == self.env.user
            one.waiting_id = (waiting - one)[:1] if mine else False
            one.earlier_count = len(own - one) if mine else 0
            one.can_agree = mine and one in waiting and not one.open_objections

    def action_open_waiting(self):
        self.ensure_one()
        return self.waiting_id._form()

    def action_earlier(self):
        """One's earlier statements."""
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.statement_action_history")

    # ------------------------------------------------------------------ the leaderboard

    @api.depends("period_id")
    @api.depends_context("lang")
    def _compute_leaderboard(self):
        for one in self:
            scheme, _release, _lang = one._rules()
            if not scheme.leaderboard:
                one.leaderboard = False
                continue
            # sudo: the policy shows the scores to all who are in the scheme, and nothing but them
            rows = one.sudo().search(
                [("period_id", "=", one.period_id.id), ("grade", "!=", False)], order="score desc, id"
            )
            one.leaderboard = one._rendered(
                "points_leaderboard",
                {"rows": [(row.user_id.name, f"{row.score:g}", row == one) for row in rows]},
            )

    # ------------------------------------------------------------------ my points

    @api.model
    def action_my_points(self):
        """The statement of the present user in the period that runs; a list where they are in several
        schemes."""
        company, user = self.env.company, self.env.user
        release = self.env["complaint.release"]._active(company)
        mine = self.browse()
        for scheme in release._schemes():
            if user in release._scheme_members(scheme):
                period = self.env["complaint.incentive.period"]._of(release, scheme, fields.Datetime.now())
                mine |= period._statements_of(user.ids)[user.id]
        mine = mine.sudo(False)
        if len(mine) == 1:
            return mine._form()
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.statement_action_mine")

    def _form(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My points"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("complaint_management.statement_view_form").id, "form")],
        }
