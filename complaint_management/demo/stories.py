"""What happened to the complaints of the demo data in the last 90 days: invented, plausible, the same each
time.

    stories(now) -> [Story(…), …]     oldest first; now: naive UTC; what comes after it has not happened"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAYS = 90
SEED = 90
OPENS, CLOSES = 8, 18  # the hours, UTC, in which people of the company act, Monday to Friday

# Category -> how many of a hundred, and what customers say.
SUBJECTS = {
    "product_quality": (
        36,
        (
            ("Coffee machine leaks", "Water runs out below after a week of use."),
            ("Zip of the jacket is broken", "It came off the second time I wore it."),
            ("Wrong colour delivered", "I ordered blue and received green."),
            ("Battery lasts one hour", "The description says eight."),
            ("Two plates broken in the parcel", "The box itself looked fine."),
            ("Lamp flickers", "With three different bulbs."),
            ("Instructions are missing", "I cannot put the shelf together."),
        ),
    ),
    "response_speed": (
        28,
        (
            ("No answer to my mails", "I have written three times."),
            ("Waited 40 minutes on the phone", "And then the line was cut."),
            ("Refund still not there", "You promised it for last month."),
            ("Nobody came at the agreed time", "I took a day off for it."),
            ("Invoice never corrected", "I asked for it in spring."),
        ),
    ),
    "service_attitude": (
        20,
        (
            ("Was laughed at in the shop", "I only asked about the warranty."),
            ("Promised a call, never got one", "For the second time."),
            ("Driver refused to carry the parcel up", "I paid for it."),
            ("Advisor hung up", "In the middle of a sentence."),
        ),
    ),
    "other": (
        16,
        (
            ("Charged twice", "Two identical amounts on my card."),
            ("Advertising although I objected", "Please take me off all lists."),
            ("Voucher not accepted", "It is valid until December."),
        ),
    ),
}
CHANNELS = {
    "phone": 34,
    "email": 30,
    "web": 16,
    "chat": 10,
    "social": 4,
    "counter": 3,
    "letter": 2,
    "regulator": 1,
}
CUSTOMERS = (
    "Amina Yusuf", "Bruno Keller", "Carla Moretti", "Deng Wei", "Emma Larsen", "Farid Haddad",
    "Grace Obi", "Hugo Martin", "Ines Duarte", "Jan Novak", "Kaori Sato", "Liu Yang",
    "Marta Nowak", "Noah Fischer", "Olga Petrova", "Priya Nair", "Rosa Alvarez", "Sven Berg",
    "Tariq Aziz", "Wang Fang", "Adele Roux", "Boris Ilic", "Chen Jie", "Dina Sabry",
    "Elif Demir", "Fiona Walsh", "Georg Huber", "Hana Kim", "Ivan Petrov", "Julia Brandt",
    "Karim Nasser", "Lena Vogel", "Mateo Rivas", "Nina Lund", "Omar Farouk", "Paula Costa",
    "Quentin Noel", "Rita Gomes", "Samir Patel", "Tina Weiss", "Ulla Berger", "Victor Dumas",
    "Wei Ling", "Xenia Popova", "Yusuf Kaya", "Zhao Min", "Alan Price", "Bea Santos",
    "Carl Olsen", "Daria Volkova", "Eric Blanc", "Freya Holm", "Gita Rao", "Henry Stone",
    "Irina Lazar", "Jonas Frei", "Keiko Mori", "Luca Romano", "Maja Horvat", "Nils Ekman",
    "Olivia Grant", "Pavel Cerny", "Ruth Adler", "Stefan Koch",
)  # fmt: skip
# Since then, more people answer mails in the morning: fewer have to ask twice.
CHANGED = timedelta(days=45)
AFTERWARDS = {"response_speed": 7, "product_quality": 28}


@dataclass(slots=True)
class Story:
    """One complaint. facts: (kind, when, data) in order, the receipt not among them."""

    received: datetime
    customer: str
    subject: str
    text: str
    kind: str
    category: str
    channel: str
    urgency: str
    complexity: str
    agent: int  # which of the agents takes it
    facts: list[tuple[str, datetime, dict]] = field(default_factory=list)


def stories(now: datetime) -> list[Story]:
    """All stories up to now, oldest first."""
    dice = random.Random(SEED)
    told = [_story(dice, received, received >= now - CHANGED) for received in _receipts(dice, now)]
    for story in told:
        story.facts = [fact for fact in story.facts if fact[1] <= now]
    return sorted(told, key=lambda story: story.received)


def _receipts(dice: random.Random, now: datetime) -> Iterator[datetime]:
    """Times of receipt: one or two a day, more on the last days, so that some cases are open still."""
    for days_ago in range(DAYS - 1, -1, -1):
        count = dice.choice((1, 1, 2, 2, 2)) if days_ago > 4 else dice.choice((3, 4))
        for _index in range(count):
            past = timedelta(days=days_ago, hours=dice.triangular(0.2, 23.5, 6))
            yield (now - past).replace(second=0, microsecond=0)


def _story(dice: random.Random, received: datetime, changed: bool) -> Story:
    shares = {name: share for name, (share, _said) in SUBJECTS.items()}
    category = _pick(dice, {**shares, **AFTERWARDS} if changed else shares)
    subject, text = dice.choice(SUBJECTS[category][1])
    story = Story(
        received=received,
        customer=dice.choice(CUSTOMERS),
        subject=subject,
        text=text,
        kind=_pick(dice, {"complaint": 88, "inquiry": 12}),
        category=category,
        channel=_pick(dice, CHANNELS),
        urgency=_pick(dice, {"normal": 78, "urgent": 12, "low": 10}),
        complexity=_pick(dice, {"standard": 76, "simple": 10, "complex": 14}),
        agent=dice.randrange(2),
    )
    tell = _inquiry if story.kind == "inquiry" else _complaint
    tell(dice, story)
    return story


# ---------------------------------------------------------------------- plots


def _inquiry(dice: random.Random, story: Story) -> None:
    """Answered soon, and that was it. The hotline is staffed round the clock."""
    answered = _act(story, "first_feedback", story.received + _hours(dice.triangular(0.05, 2.6, 0.5)))
    _act(story, "closed", answered + _hours(dice.uniform(0.05, 0.5)), stage="settled")


def _complaint(dice: random.Random, story: Story) -> None:
    forgotten = dice.uniform(0.5, 3) if dice.random() < 0.05 else 0
    at = story.received + _hours(forgotten + dice.triangular(0.05, 0.9, 0.2))
    at = _act(story, "acknowledged", at, stage="acknowledged")
    if dice.random() < 0.06:
        _act(story, "withdrawn", _after(at, dice.uniform(1, 20)), stage="set_aside")
        return
    if dice.random() < 0.08:
        _act(story, "first_feedback", _after(at, 0.1))
        _act(story, "closed", _after(at, 0.4), stage="settled")
        return
    at = _act(story, "handed_over", at + _hours(dice.triangular(0.05, 0.8, 0.2)), stage="assigned")
    at = _act(story, "accepted_by_team", at + _hours(dice.triangular(0.1, 8, 0.5)), holder=True)
    at = _act(story, "moved", at + _hours(0.2), stage="investigating")
    _work_on(dice, story, at)


def _work_on(dice: random.Random, story: Story, at: datetime) -> None:
    """From the investigation to the end, once more if the customer comes back."""
    _answer(dice, story, at)
    at = _solve(dice, story, at)
    at = _act(story, "communicated", _after(at, dice.triangular(0.2, 7, 1)), stage="communicated")
    at = _act(story, "closed", _after(at, dice.uniform(1, 30)), stage="closed")
    if dice.random() < 0.08:
        at = _act(story, "reopened", _after(at, dice.uniform(30, 200)), stage="investigating")
        _act(story, "first_feedback", _after(at, dice.triangular(1, 20, 4)))
        at = _act(story, "solution_proposed", _after(at, dice.triangular(6, 90, 30)), stage="proposed")
        at = _act(story, "communicated", _after(at, dice.uniform(1, 20)), stage="communicated")
        _act(story, "closed", _after(at, dice.uniform(1, 20)), stage="closed")


def _answer(dice: random.Random, story: Story, at: datetime) -> None:
    """The first feedback by a person, and for complex cases the preliminary report."""
    _act(story, "first_feedback", max(at, story.received + _hours(dice.triangular(1, 27, 8))))
    if story.complexity == "complex":
        _act(story, "report_ready", at + _hours(dice.triangular(3, 27, 14)))


def _solve(dice: random.Random, story: Story, at: datetime) -> datetime:
    """From the investigation to the customer's yes. Now and then we wait for something from them first."""
    waited = 0.0
    if dice.random() < 0.2:
        waited = dice.uniform(6, 40)
        start = _act(story, "paused", _after(at, dice.uniform(1, 8)), reason="waiting_customer")
        _act(story, "resumed", start + _hours(waited), reason="waiting_customer")
    work = min(dice.lognormvariate(3.0, 0.5), 130)  # half of them within 20 hours
    at = _act(story, "solution_proposed", max(_after(story.received, work + waited), at), stage="proposed")
    if dice.random() < 0.12:
        at = _act(story, "refused", _after(at, dice.uniform(1, 20)))
        at = _act(story, "moved", at + _hours(0.3), stage="investigating")
        at = _act(story, "solution_proposed", _after(at, dice.uniform(4, 30)), stage="proposed")
    at = _act(story, "agreed", _after(at, dice.triangular(0.5, 40, 5)), stage="agreed")
    return _act(story, "carried_out", _after(at, dice.triangular(1, 50, 8)), stage="carried_out")


# ---------------------------------------------------------------------- helpers


def _act(story: Story, kind: str, at: datetime, stage="", reason="", holder=False) -> datetime:
    """Add a fact, not before the one that led to it."""
    data = {}
    if stage:
        data["stage"] = stage
    if reason:
        data["reason"] = reason
    if holder:
        data["holder"] = story.agent
    at = at.replace(microsecond=0)
    story.facts.append((kind, at, data))
    return at


def _after(at: datetime, hours: float) -> datetime:
    """So many hours later; if the office is closed then, soon after it opens."""
    at += _hours(hours)
    if at.hour >= CLOSES:
        at = (at + timedelta(days=1)).replace(hour=OPENS, minute=at.minute // 2)
    elif at.hour < OPENS:
        at = at.replace(hour=OPENS, minute=at.minute // 2)
    while at.weekday() > 4:
        at = (at + timedelta(days=1)).replace(hour=OPENS, minute=at.minute // 2)
    return at


def _hours(hours: float) -> timedelta:
    return timedelta(seconds=round(hours * 3600))


def _pick(dice: random.Random, shares: dict[str, int]) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]
