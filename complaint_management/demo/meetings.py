"""The meetings of the demo data: the review of last quarter took place, the next one is planned."""

from datetime import timedelta

from odoo import fields

from ..engine.periods import period_of, preceding
from ..engine.working_time import Calendar
from ..models.release_reading import aware
from .history import QUIET

# What was said to the first points of the agenda, and what was decided on the first of them.
MINUTES = (
    "Most of it comes from one handover between two shifts. The customers were told nothing for a day.",
    "Not only a question of people: two of the steps wait for the same approval.",
    "The effect is there, but it is still too early to be sure of it. We look again next quarter.",
)
DECISION = "Hand over open cases between shifts with a written note"
DAYS = 30  # to do it


def play_meetings(env, manager):
    """Plan as the job would have done, and hold the one about the last quarter. Returns that one."""
    env = env(context={**env.context, **QUIET})
    company = env.ref("base.main_company")
    release = env["complaint.release"]._active(company)
    meetings = env["complaint.meeting"].sudo()  # sudo: as the job
    calendar = release._policy().calendar or Calendar.always_open()
    held = meetings
    for entry in release._policy().raw.get("meetings") or ():
        past = preceding(period_of(entry["every"], aware(fields.Datetime.now()), calendar.zone))
        people = meetings._people(release, entry)
        if people:
            values = meetings._planned(release, entry, past, calendar)
            held |= meetings.create(
                {**values, "chair_id": manager.id, "invited_ids": [fields.Command.set(people.ids)]}
            )
        meetings._plan(release, entry)
    for meeting in held.filtered(lambda one: one.starts_at and one.starts_at < fields.Datetime.now()):
        _hold(meeting, manager)
    return held


def _hold(meeting, manager):
    words = meeting._in_chairs_words()
    words._make_agenda()
    meeting.state = "held"
    points = meeting.item_ids.sorted("sequence")
    for point, said in zip(points, MINUTES, strict=False):
        point.minutes = said
    if points:
        due = fields.Date.today() + timedelta(days=DAYS)
        points[0].write({"decision": DECISION, "owner_id": manager.id, "due_on": due})
        points[0].with_user(manager).action_decide()
