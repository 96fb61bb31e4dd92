"""The agenda of a meeting (F9): open actions of the meetings before, what the report says (or, where there is
none of this time, hot topics and missed targets of the figures), improvements whose effect is in question,
and the policy. Made by the system, changed by people; what was written on is never taken away."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Date, Domain
from odoo.tools import format_date

EFFECT = ("partly", "failed")


class ComplaintMeeting(models.Model):
    _inherit = "complaint.meeting"

    def action_agenda(self):
        """Make the agenda, or make it anew."""
        self._check_leads()
        self._expect("planned", "invited", "held")
        for meeting in self:
            meeting.sudo()._in_chairs_words()._make_agenda()  # sudo: what all who meet talk about
        return True

    def _make_agenda(self):
        """Write the points of one meeting, as superuser: its figures are those of the whole company."""
        self.ensure_one()
        kept = self.item_ids.filtered(
            lambda item: item.source == "own" or item.minutes or item.decision or item.action_ids
        )
        (self.item_ids - kept).unlink()
        self._add_points([*self._open_actions(), *self._reported(), *self._effects(), self._policy_point()])
        self.agenda_at = fields.Datetime.now()

    def _add_points(self, points):
        """Add those that are not on the agenda yet."""
        known = {(item.source, item.key) for item in self.item_ids}
        rows = [
            {**point, "meeting_id": self.id, "sequence": place}
            for place, point in enumerate(points, 1)
            if (point["source"], point["key"]) not in known
        ]
        self.env["complaint.meeting.item"].create(rows)

    def _carry_over(self):
        """What was decided and is not done goes on the agenda of the next meeting of this kind, at once."""
        following = self._next(self.company_id, self.code) if self.code else self.browse()
        if following:
            words = following._in_chairs_words()
            words._add_points(words._open_actions())

    # ------------------------------------------------------------------ what is carried over

    def _series(self):
        """The meetings of the same kind, this one among them."""
        mine = Domain("company_id", "=", self.company_id.id)
        return self.search(
            mine & (Domain("code", "=", self.code) if self.code else Domain("id", "=", self.id))
        )

    def _open_actions(self):
        """Actions of earlier meetings of this kind that are not done. Those that have come to hang on a
        confidential case are not told to a circle that does not see it."""
        actions = self.env["mgmtsystem.action"].search(
            [
                ("complaint_meeting_id", "in", (self._series() - self).ids),
                ("stage_id.is_ending", "=", False),
                ("complaint_ticket_ids", "not any", [("confidential", "=", True)]),
            ],
            order="date_deadline, id",
        )
        return [
            {
                "source": "action",
                "key": str(action.id),
                "name": action.name,
                "sentence": self._standing(action),
                "action_id": action.id,
            }
            for action in actions
        ]

    def _standing(self, action):
        names = {
            "owner": action.user_id.name,
            "stage": action.stage_id.name,
            "day": action.date_deadline and format_date(self.env, action.date_deadline),
        }
        if not action.date_deadline:
            return self.env._("%(owner)s, without a date: %(stage)s", **names)
        if action.overdue:
            return self.env._("%(owner)s, overdue since %(day)s: %(stage)s", **names)
        return self.env._("%(owner)s, by %(day)s: %(stage)s", **names)

    # ------------------------------------------------------------------ what is known

    def _reported(self):
        """What the report of this time says; without one, what the figures say."""
        found = self._report_topics()
        return self._figure_points() if found is None else found

    def _report_topics(self):
        if "complaint.report" not in self.env:
            return None
        release = self.env["complaint.release"]._active(self.company_id)
        code = release._meeting_entry(self.code).get("agenda_from") if release else None
        report = self.env["complaint.report"]._latest(self.company_id, code) if code else None
        begin, end = self._span()
        if not report or report.begin < begin or report.end > end:
            return None
        return [
            {"source": "report", "key": topic["title"], "name": topic["title"], **self._behind(topic)}
            for topic in report._topics()
        ]

    @api.model
    def _behind(self, topic):
        domain = frozen(topic.get("domain") or [])
        nothing = not domain or domain == [[0, "=", 1]]
        return {
            "sentence": topic["sentence"],
            "model": False if nothing else topic["model"],
            "domain": False if nothing else domain,
        }

    def _figure_points(self):
        figures, company, span = self.env["complaint.figures"], self.company_id, self._span()
        hot = [
            {"source": "topic", "key": f"{one['by']}:{one['key']}", "name": one["title"], **self._behind(one)}
            for one in figures._hot_topics(company, *span)
        ]
        values = figures._figures(figures._names(company), company, *span)
        missed = [one for one in values.values() if one["met"] is False]
        return hot + [
            {
                "source": "target",
                "key": one["name"],
                "name": one["title"],
                "sentence": self.env._(
                    "%(value)s instead of %(target)s (%(count)d counted)",
                    value=one["text"],
                    target=one["target_text"],
                    count=one["n"],
                ),
                "model": one["model"],
                "domain": frozen(one["spoiling"]),
            }
            for one in missed
        ]

    def _effects(self):
        """Improvements that were found not to have worked in this time, or that nobody has looked at yet."""
        begin, end = self._span()
        ours = Domain("for_complaints", "=", True) & Domain("company_id", "=", self.company_id.id)
        seen = Domain("effect", "in", EFFECT) & Domain("effect_checked_at", ">=", begin)
        seen &= Domain("effect_checked_at", "<", end)
        seen |= Domain("to_check", "=", True)
        open_to_all = Domain("complaint_ticket_ids", "not any", [("confidential", "=", True)])
        labels = dict(self.env["mgmtsystem.action"]._fields["effect"]._description_selection(self.env))
        return [
            {
                "source": "effect",
                "key": str(action.id),
                "name": action.name,
                "sentence": self.env._(
                    "%(before)d complaints before it, %(after)d as long after it: %(verdict)s",
                    before=action.complaints_before,
                    after=action.complaints_after,
                    verdict=labels.get(action.effect) or self.env._("not judged yet"),
                ),
                "action_id": action.id,
            }
            for action in self.env["mgmtsystem.action"].search(ours & seen & open_to_all, order="id")
        ]

    def _policy_point(self):
        """The last point: whether the rules are still right. A draft with its what-if can be put here."""
        begin, end = self.env["complaint.figures"]._instants(self.company_id, *self._span())
        releases = self.env["complaint.release"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("applied_at", ">=", begin),
                ("applied_at", "<", end),
            ],
            order="version",
        )
        names = ", ".join(releases.mapped("name"))
        sentence = (
            self.env._("Changed in this time: %(releases)s. Are the rules right now?", releases=names)
            if releases
            else self.env._("The rules did not change in this time. Are they still right?")
        )
        return {
            "source": "policy",
            "key": "review",
            "name": self.env._("Review of the policy"),
            "sentence": sentence,
        }


class ComplaintPolicyDraft(models.Model):
    _inherit = "complaint.policy.draft"

    def action_to_agenda(self):
        """Put this draft, with how much it would change, on the agenda of the next meeting."""
        self.ensure_one()
        self.check_access("write")
        if not self.preview or self.is_outdated:
            raise UserError(
                self.env._("Look at the preview first: the meeting wants to know what would change.")
            )
        # sudo: a policy admin need not be invited; only the point is added
        meeting = self.env["complaint.meeting"].sudo()._next(self.company_id)
        if not meeting:
            raise UserError(self.env._("No meeting is planned. Plan one under Reports → Meetings."))
        values = {
            "sentence": self.env._(
                "Proposed by %(name)s: %(count)d changes of the rules. The what-if stands in the draft.",
                name=self.env.user.name,
                count=self.change_count,
            ),
            "name": self.env._("Change of the policy: %(draft)s", draft=self.name),
        }
        there = meeting.item_ids.filtered(lambda item: item.draft_id == self)
        if there:
            there.write(values)
        else:
            key = {"source": "policy", "key": f"draft:{self.id}", "draft_id": self.id, "sequence": 100}
            meeting.item_ids.create({**values, **key, "meeting_id": meeting.id})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("On the agenda of %(meeting)s.", meeting=meeting.display_name),
            },
        }


def frozen(domain):
    """A domain as JSON keeps it."""

    def plain(value):
        if isinstance(value, (list, tuple)):
            return [plain(one) for one in value]
        if hasattr(value, "isoformat"):
            return Date.to_string(value) if not hasattr(value, "hour") else fields.Datetime.to_string(value)
        return value

    return [plain(part) for part in domain]
