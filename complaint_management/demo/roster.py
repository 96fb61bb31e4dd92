"""A roster for this week and the next: a hotline round the clock. The last hours of the night to Sunday are
forgotten, so that the map of cover has something to find."""

from datetime import datetime, time, timedelta, timezone

PEOPLE = ("Ella Early", "Leo Late", "Nora Night", "Will Weekend")
# person, weekdays (Monday is 0), from, until
SHIFTS = (
    (0, range(5), 6, 14),
    (1, range(5), 14, 22),
    (2, range(5), 22, 30),
    (3, (5, 6), 6, 18),
    (1, (5,), 18, 26),
    (2, (6,), 18, 30),
)
WEEKS = 2


def play_roster(env, leader):
    """Make the team of the hotline, its people and their shifts. Returns the shifts."""
    company = env.ref("base.main_company")
    refs = env["complaint.release"]._active(company)._refs()
    channels = [refs[key] for key in (("channel", "chat"), ("channel", "phone")) if key in refs]
    people = env["res.users"].create(
        [
            {
                "name": name,
                "login": f"{name.split()[0].lower()}@example.com",
                "email": f"{name.split()[0].lower()}@example.com",
                "lang": "en_US",
                "company_id": company.id,
                "company_ids": company.ids,
                "group_ids": [(6, 0, env.ref("complaint_management.group_intake").ids)],
            }
            for name in PEOPLE
        ]
    )
    # Known as demo data, as the other people are: uninstalling frees their logins.
    env["ir.model.data"]._update_xmlids(
        [
            {
                "xml_id": f"complaint_management.user_{user.login.split('@')[0]}",
                "record": user,
                "noupdate": True,
            }
            for user in people
        ]
    )
    team = env["helpdesk.ticket.team"].create(
        {
            "name": "Hotline",
            "company_id": company.id,
            "user_id": leader.id,
            "user_ids": [(6, 0, people.ids)],
            "served_channel_ids": [(6, 0, channels)],
        }
    )
    return env["complaint.shift"].create(_shifts(env, company, team, people))


def _shifts(env, company, team, people):
    zone = env["complaint.figures"]._zone(company)
    today = env["complaint.figures"]._today(company)
    monday = today - timedelta(days=today.weekday())
    return [
        {
            "company_id": company.id,
            "team_id": team.id,
            "user_id": people[person].id,
            "begin": _utc(monday + timedelta(weeks=week, days=day), start, zone),
            "end": _utc(monday + timedelta(weeks=week, days=day), end, zone),
        }
        for week in range(WEEKS)
        for person, days, start, end in SHIFTS
        for day in days
    ]


def _utc(day, hour, zone):
    local = datetime.combine(day, time(), zone) + timedelta(hours=hour)
    return local.astimezone(timezone.utc).replace(tzinfo=None)
