"""How far people are with their courses (F8): the share of staff who pass against the goal, who is late, and
a table of people and courses. Whoever leads people sees these; trainers see everybody."""

from odoo import api, fields, models
from odoo.tools import format_date

from .training_course import TRAINERS
from .training_need import WAITING


class TrainingOverview(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.training.overview"
    _description = "Training of a team"

    company_id = fields.Many2one("res.company", readonly=True, default=lambda self: self.env.company)
    figures = fields.Html(compute="_compute_page", sanitize=False)
    table = fields.Html(compute="_compute_page", sanitize=False)
    late_count = fields.Integer("Late", compute="_compute_page")
    asked_count = fields.Integer("Requests", compute="_compute_page")
    exam_count = fields.Integer("Examinations", compute="_compute_page")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Training of the team")

    @api.model
    def action_open(self):
        """The page, for those who lead somebody or train; all others see their own courses."""
        if not self._people():
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._("You lead nobody here. These are your own courses."),
                    "next": self.env["ir.actions.act_window"]._for_xml_id(
                        "complaint_management.training_need_action_mine"
                    ),
                },
            }
        page = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Training of the team"),
            "res_model": self._name,
            "res_id": page.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _people(self):
        """Whom the present user may see in the present company."""
        company = self.env.company
        # sudo: names of colleagues
        users = self.env["res.users"].sudo()
        led = self.env["complaint.incentive.statement"]._led()
        found = users.browse(sorted(user for one, user in led if one == company.id))
        if self.env.user.has_group(TRAINERS):
            courses = self.env["complaint.training.course"].search([("company_id", "=", company.id)])
            found |= users.union(*courses._who_takes_it().values())
            records = self.env["complaint.training.record"]
            found |= users.union(
                *(user for (user,) in records._read_group([("company_id", "=", company.id)], ["user_id"]))
            )
        return found.filtered("active").sorted(lambda user: (user.name or "", user.id))

    @api.depends_context("uid", "lang")
    def _compute_page(self):
        for page in self:
            people = page._people()
            needs = page._needs(people)
            rate = self.env["complaint.training.course"]._pass_rate(page.company_id, users=people)
            page.late_count = page._count([("is_late", "=", True)])
            page.asked_count = page._count([("state", "=", "requested")])
            page.exam_count = rate["n"]
            page.figures = page._rendered("training_figures", {"rate": rate, "late": page.late_count})
            page.table = page._rendered("training_table", page._matrix(people, needs))

    def _count(self, domain):
        """How many needs the list behind a figure shows to the present user."""
        return self.env["complaint.training.need"].search_count(self._of_others(domain))

    def _of_others(self, domain):
        return [("company_id", "=", self.company_id.id), ("user_id", "!=", self.env.uid), *domain]

    def _rendered(self, template, values):
        return self.env["ir.qweb"]._render(f"complaint_management.{template}", values)

    def _needs(self, people):
        # sudo: who waits for which course, without why; whom one may see was asked
        needs = self.env["complaint.training.need"].sudo()
        return needs.search(
            [
                ("company_id", "=", self.env.company.id),
                ("user_id", "in", people.ids),
                ("state", "in", WAITING),
            ]
        )

    def _matrix(self, people, needs):
        """What the table shows: a row a person, a column a course. Four queries for any number of people."""
        courses = self.env["complaint.training.course"].search([("company_id", "=", self.env.company.id)])
        taking = {course: users.ids for course, users in courses._who_takes_it().items()}
        known = self.env["complaint.training.record"]._valid_until(courses, people)
        at = {(need.user_id.id, need.course_id.id): need for need in needs}
        today = fields.Date.context_today(self)
        rows = [
            {
                "name": user.name,
                "cells": [
                    self._cell(at.get((user.id, course.id)), known.get((user.id, course.id), 0),
                               user.id in taking[course], today)
                    for course in courses
                ],
            }
            for user in people
        ]  # fmt: skip
        return {"courses": courses, "rows": rows}

    def _cell(self, need, until, takes_it, today):
        """(tone, words) of a person and a course."""
        if need and need.is_late:
            return "danger", self.env._("Late since %(day)s", day=format_date(self.env, need.due_on))
        if need and need.state == "requested":
            return "info", self.env._("Asked for")
        if until is False or (until and until >= today):
            valid = self.env._("until %(day)s", day=format_date(self.env, until)) if until else ""
            return "success", " ".join(filter(None, ["✓", self.env._("Done"), valid]))
        if need:
            due = need.due_on and format_date(self.env, need.due_on)
            return "warning", self.env._("By %(day)s", day=due) if due else self.env._("To be done")
        return ("warning", self.env._("To be done")) if takes_it else ("muted", "–")

    # ------------------------------------------------------------------ the lists behind the figures

    def action_late(self):
        return self._list("complaint.training.need", self.env._("Late"), [("is_late", "=", True)])

    def action_asked(self):
        return self._list("complaint.training.need", self.env._("Requests"), [("state", "=", "requested")])

    def action_exams(self):
        rate = self.env["complaint.training.course"]._pass_rate(self.company_id, users=self._people())
        return self._list("complaint.training.exam", self.env._("Last examinations"), rate["domain"])

    def _list(self, model, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": self._of_others(domain),
        }
