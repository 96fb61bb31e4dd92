"""What became of the callbacks that the three months of complaints have led to: most are made and answered,
those of the last days stand on the agents' lists, a few are overdue."""

import random
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..engine.answers import promoter, score, verdict
from ..engine.case import Event
from ..models.release_reading import aware

SEED = 7
FORGOTTEN = 2  # are overdue
LEFT_DAYS = 4  # what was planned within so many days is still to be called
CAP, ROOM = 2, timedelta(days=30)  # as the general pack has it
# How many of a hundred answer like that: the three dimensions, and what they recommend.
MOODS = (
    (46, (5, 5, 4), 10, "Thank you, that was quick."),
    (24, (4, 4, 5), 9, ""),
    (18, (4, 3, 3), 7, "It took a long time."),
    (8, (3, 3, 2), 5, "I had to ask twice."),
    (4, (3, 2, 3), 4, "Nobody could tell me why it happened."),
)
RAISED = (
    "The instructions could have more pictures",
    "A text message before the driver comes would help",
    "The lid still does not close well",
)


def play_callbacks(env):
    """Make the callbacks of the past and note how they went. Returns them."""
    dice, now = random.Random(SEED), fields.Datetime.now()
    _as_planned_then(env, now)
    callbacks = env["complaint.callback"].search(
        [
            ("state", "in", ("planned", "open")),
            ("ticket_id", "!=", False),
            ("method", "=", "phone"),
            ("company_id", "=", env.ref("base.main_company").id),
        ],
        order="opens_at, id",
    )
    past = callbacks.filtered(lambda one: one.opens_at < now - timedelta(days=LEFT_DAYS))
    forgotten = past.filtered(lambda one: one.due_at < now)[-FORGOTTEN:]
    made = past - forgotten
    calls = [_call(dice, one, now) for one in made]
    _note_attempts(env, calls)
    for callback, _at, _tried, mood in calls:
        _keep_answers(callback, mood)
    _note_ends(env, calls)
    _raise_something(env, dice, made)
    _open_the_rest(callbacks - made, now)
    return callbacks


def _as_planned_then(env, now):
    """Planned today, what lies in the past is left out. In its time there was room below the cap."""
    company = env.ref("base.main_company").id
    late = env["complaint.callback"].search(
        [("left_out_reason", "=", "cap"), ("due_at", "<", now), ("company_id", "=", company)],
        order="opens_at, id",
    )
    made, ids = {}, []
    for callback in late:
        before = made.setdefault(callback.commercial_partner_id, [])
        if sum(callback.opens_at - at < ROOM for at in before) < CAP:
            before.append(callback.opens_at)
            ids.append(callback.id)
    callbacks = late.browse(ids)
    callbacks.write({"state": "planned", "left_out_reason": False, "next_attempt_at": now})
    callbacks._choose_callers()


def _call(dice, callback, now):
    """(callback, when it was made, how often in vain before, mood; None if nobody was ever reached)"""
    tried = dice.choices((0, 1, 2), (70, 22, 8))[0]
    at = callback.opens_at + timedelta(days=1 + tried, minutes=dice.randrange(20, 400))
    moods = [mood for _share, *mood in MOODS]
    mood = dice.choices(moods, [share for share, *_mood in MOODS])[0] if dice.random() < 0.93 else None
    return callback, min(at, now).replace(microsecond=0), tried, mood


def _note_attempts(env, calls):
    rows = []
    for callback, at, tried, mood in calls:
        days = [at - timedelta(days=back) for back in range(tried, 0, -1)]
        outcomes = [(day, "no_answer") for day in days] + [(at, "reached" if mood else "busy")]
        rows += [
            {"callback_id": callback.id, "at": day, "outcome": outcome, "user_id": callback.user_id.id}
            for day, outcome in outcomes
        ]
    env["complaint.callback.attempt"].create(rows)


def _keep_answers(callback, mood):
    if mood:
        callback._keep_answers(callback._asked(), _given(mood), None)


def _given(mood):
    marks, recommends, words = mood
    given = {**dict(zip(("product", "attitude", "speed"), marks, strict=True)), "recommend": recommends}
    return {**given, **({"words": words} if words else {})}


def _note_ends(env, calls):
    """State and result of each callback, and what the register keeps of it, at the time it was made."""
    rows, facts = [], {}
    for callback, at, tried, mood in calls:
        survey, given = callback._asked(), _given(mood) if mood else {}
        points = score(survey, given) if mood else None
        result = verdict(survey, points) if mood else None
        outcome = "reached" if mood else "unreachable"
        data = {"plan": callback.plan, "outcome": outcome, "callback_id": callback.id}
        told = [(at, "called_back", {**data, "result": result, "score": points} if mood else data)]
        if mood:
            said = {"plan": callback.plan, "way": "phone", "callback_id": callback.id, "score": points}
            told.insert(0, (at, "rated", {**said, "nps": promoter(survey, given)}))
        facts[callback.ticket_id] = [*facts.get(callback.ticket_id, ()), *told]
        last = "reached" if mood else "busy"
        state = "done" if mood else "unreachable"
        rows.append((callback.id, state, result, points, at, callback.user_id.id or None, tried + 1, last))
    if not rows:
        return
    callbacks = env["complaint.callback"]
    callbacks.flush_model()
    # By SQL: each has its own time, and nothing is to follow from it now.
    env.cr.execute(
        SQL(
            "UPDATE complaint_callback c SET state = v.state, result = v.result, score = v.score::numeric, "
            "done_at = v.at::timestamp, done_by_id = v.who::int, attempt_count = v.tried, "
            "first_attempt_at = v.at::timestamp, next_attempt_at = v.at::timestamp, last_outcome = v.last "
            "FROM (VALUES %s) AS v(id, state, result, score, at, who, tried, last) WHERE c.id = v.id",
            SQL(", ").join(SQL("%s", row) for row in rows),
        )
    )
    callbacks.invalidate_model()
    callbacks.browse([row[0] for row in rows])._keep_activities()
    cases = env["helpdesk.ticket"].union(*facts)
    cases._record(lambda ticket, state: _events(facts[ticket], state))


def _events(told, state):
    """Facts as engine events; later ones are known already, so that the register is folded anew."""
    place = state.last[1]
    return [Event(aware(at), kind, data, place + index) for index, (at, kind, data) in enumerate(told, 1)]


def _raise_something(env, dice, made):
    """Some of them said what could be better."""
    classes = made.release_id[:1]._callback_classes() if made else []
    ideas = [one for one in classes if one["kind"] != "need"]
    reached = made.filtered(lambda one: one.state == "done")
    if ideas:
        env["complaint.callback.finding"].create(
            [
                {"callback_id": one.id, "kind": idea["kind"], "code": idea["code"], "words": words}
                for one in reached[:: max(len(reached) // 8, 1)]
                for idea, words in [(dice.choice(ideas), dice.choice(RAISED))]
            ]
        )


def _open_the_rest(callbacks, now):
    """What is still to be called comes onto the lists; some are for today."""
    due = callbacks.filtered(lambda one: one.state in ("planned", "open"))
    today = due[::2]
    today.write({"next_attempt_at": now.replace(second=0, microsecond=0)})
    due.filtered(lambda one: one.opens_at <= now).write({"state": "open"})
    due._keep_activities()
