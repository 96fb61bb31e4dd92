"""The policy plans its meetings (F9): the one about the period that runs, and the one about the period before
as long as its day is not over. Once each, whoever runs this twice or late."""

from datetime import datetime, time, timedelta

from odoo import api, fields, models

from ..engine.duration import Duration
from ..engine.periods import bounds, period_of, preceding
from ..engine.policy import as_list
from ..engine.training import due_on
from ..engine.working_time import Calendar
from .release_reading import aware, naive

HOUR = 3600


class ComplaintMeeting(models.Model):
    _inherit = "complaint.meeting"

    @api.model
    def _cron_plan(self):
        """Plan what the policies ask for, and make the agenda of what is over."""
        meetings, apart = self.sudo(), self.env["helpdesk.ticket"]._for_itself  # sudo: a job
        for release in meetings.env["complaint.release"].search([("state", "=", "active")]):
            apart(lambda one=release: meetings._plan_all(one), f"Meetings of company {release.company_id.id}")
        for meeting in meetings._awaiting_agenda():
            apart(meeting._in_chairs_words()._make_agenda, f"Agenda of meeting {meeting.id}")

    @api.model
    def _plan_all(self, release):
        """Plan the meetings of a company's policy."""
        for entry in release._policy().raw.get("meetings") or ():
            self._plan(release, entry)

    @api.model
    def _plan(self, release, entry):
        """Plan a meeting of the policy for each period that has none yet. Returns the new ones."""
        calendar = release._policy().calendar or Calendar.always_open()
        now = aware(fields.Datetime.now())
        present = period_of(entry["every"], now, calendar.zone)
        known = self._read_group(
            [("company_id", "=", release.company_id.id), ("code", "=", entry["name"])], ["period"]
        )
        wanted = [one for one in (preceding(present), present) if (one,) not in known]
        rows = [self._planned(release, entry, period, calendar) for period in wanted]
        # one about the period before whose day is over, or that has none, is nobody's plan any more
        rows = [
            row
            for row in rows
            if row["period"] == present or (row["starts_at"] and row["starts_at"] > naive(now))
        ]
        people = self._people(release, entry)
        if not rows or not people:
            return self.browse()
        for row in rows:
            row.update(invited_ids=[fields.Command.set(people.ids)], chair_id=people[0].id)
        meetings = self.with_company(release.company_id).create(rows)
        meetings._remind_chair()
        return meetings

    @api.model
    def _planned(self, release, entry, period, calendar):
        """The values of one meeting."""
        begin, end = (at.astimezone(calendar.zone) for at in bounds(period, calendar.zone))
        starts_at = False
        if entry.get("held_after"):
            day = due_on(entry["held_after"], end - timedelta(seconds=1), calendar)
            at = time.fromisoformat(entry["starts"]) if entry.get("starts") else time()
            starts_at = naive(aware_in(day, at, calendar.zone))
        lasts = Duration.parse(entry["lasts"]).seconds if entry.get("lasts") else 0
        return {
            "company_id": release.company_id.id,
            "code": entry["name"],
            "period": period,
            "date_from": begin.date(),
            "date_to": end.date() - timedelta(days=1),
            "starts_at": starts_at,
            "hours": lasts / HOUR,
        }

    @api.model
    def _people(self, release, entry):
        """Whom the policy invites, those first who stand first in it."""
        users = self.env["res.users"]
        for role in as_list(entry["invite"]):
            users |= release._role_members(role).sudo()  # sudo: whom the policy means, in a job
        return users.filtered(lambda user: not user.share and release.company_id in user.company_ids)

    def _remind_chair(self):
        """Whoever leads it finds it among their activities on the day after the period."""
        quiet = self.with_context(mail_activity_quick_update=True)
        for meeting in quiet:
            words = meeting._in_chairs_words()
            words.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=meeting.date_to + timedelta(days=1),
                summary=words.env._("Look at the agenda and invite"),
                user_id=meeting.chair_id.id,
            )

    def _in_chairs_words(self):
        """Self in the language of whoever leads it, in which agenda and minutes are written."""
        return self.with_context(lang=self.chair_id.lang or self.env.lang, tz=self.chair_id.tz)

    @api.model
    def _awaiting_agenda(self):
        """Meetings about a period that is over, whose agenda was made before its end or not at all."""
        found = self.search([("state", "in", ("planned", "invited")), ("code", "!=", False)])
        figures, now = self.env["complaint.figures"], fields.Datetime.now()

        def awaits(one):
            after = figures._instants(one.company_id, *one._span())[1]
            return now >= after and (not one.agenda_at or one.agenda_at < after)

        return found.filtered(awaits)


def aware_in(day, at, zone):
    """An instant in UTC: a time of a day in a zone."""
    return datetime.combine(day, at, zone).astimezone(aware(datetime.min).tzinfo)
