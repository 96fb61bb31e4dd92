"""Quality reviews of the demo data: two months drawn, most calls reviewed, one objection that waits, one that
was decided, some still to be done."""

from itertools import cycle

from odoo import fields
from odoo.tools import SQL

from ..engine.periods import bounds, period_of, preceding
from ..engine.quality import parts
from ..models.release_reading import aware

MONTHS = 2
# Points for greeting, record and closing words, remarks on what is weak, the feedback; one after the other.
CARDS = (
    ((5, 5, 4), {}, "Very good. The customer knew at the end who calls back and when."),
    ((4, 4, 2), {2: "The call ends without a date."}, "Say what happens next before you say goodbye."),
    ((5, 4, 4), {}, "Good. Ask for the order number at the beginning."),
    ((4, 2, 4), {1: "What the customer wants is not written down."}, "Read the record aloud before you end."),
    ((4, 4, 3), {2: "Thanks were missing."}, "Name the day by which somebody answers."),
    ((5, 5, 5), {}, "Nothing to add."),
)
LEFT = 2  # the newest are still to be reviewed
OBJECTION = "The customer hung up after I had read the promise aloud. It stands in the register."
ANSWER = "True: the register shows the promise a minute before the end. Full points for the closing words."


def play_quality(env, supervisor):
    """Draw the last two months and this one, and fill in the cards as time went by. Returns the reviews."""
    company = env.ref("base.main_company")
    release = env["complaint.release"]._active(company)
    samples, now = env["complaint.quality.sample"], aware(fields.Datetime.now())
    zone = release._quality_calendar().zone
    for spec in release._quality_samples():
        period = period_of(spec.every, now, zone)
        for _month in range(MONTHS):
            period = preceding(period)
        while bounds(period, zone)[0] <= now:
            for part in parts(spec, period, zone):
                if part.ends <= now:
                    samples._draw(release, spec, part)
            period = period_of(spec.every, bounds(period, zone)[1], zone)
    reviews = env["complaint.quality.review"].search(
        [("company_id", "=", company.id), ("state", "=", "to_do"), ("reviewer_id", "!=", False)], order="id"
    )
    due = reviews[:-LEFT]
    _fill_in(due)
    _object(due, supervisor)
    return reviews


def _fill_in(reviews):
    for review, (points, remarks, note) in zip(reviews, cycle(CARDS), strict=False):
        for place, line in enumerate(review.line_ids):
            mark = points[place % len(points)]
            line.write({"mark": str(mark), "remark": remarks.get(place, False)})
        review.note = note
        _as(review, review.reviewer_id).action_finish()


def _as(review, user):
    return review.with_user(user).with_context(allowed_company_ids=review.company_id.ids)


def _object(reviews, supervisor):
    """Two object; about the first it is decided. What was told before is final, but for the newest."""
    failed = reviews.filtered(lambda one: one.result == "failed")[:2]
    for review in failed:
        _as(review, review.agent_id)._object(OBJECTION)
    for review in failed[:1]:
        weakest = review.line_ids.sorted("share")[:1]
        _as(review, supervisor)._decide({weakest.code: str(weakest.scale)}, ANSWER)
    told = reviews.filtered(lambda one: one.state == "told")
    told[:-1].write({"object_until": fields.Datetime.now()})
    reviews._close_unopposed()
    _as_of_then(reviews)


def _as_of_then(reviews):
    """Reviewed some days after the call, not all today."""
    reviews.flush_recordset()
    reviews.env.cr.execute(
        SQL(
            "UPDATE complaint_quality_review r SET reviewed_at = least(t.received_at + interval '5 days', "
            "r.reviewed_at) FROM helpdesk_ticket t WHERE t.id = r.ticket_id AND r.id = ANY(%s)",
            reviews.ids,
        )
    )
    reviews.env.cr.execute(
        SQL(
            "UPDATE complaint_quality_line l SET reviewed_at = r.reviewed_at "
            "FROM complaint_quality_review r WHERE r.id = l.review_id AND r.id = ANY(%s)",
            reviews.ids,
        )
    )
    reviews.env.invalidate_all()
