"""Cases to prove key figures on: a file of New York's service requests, or rows of the same shape.

`COMPLAINT_REAL_CASES` names a file with the columns of NYC Open Data (docs/simulate.md); without it rows are
drawn that look like one. What such a file does not say, ratings, reopenings, escalations, redress and who the
customer is, is drawn for each row from its number, so that it is the same at every time.
"""

import csv
import os
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
FORMAT = "%m/%d/%Y %H:%M"
MADE_UP = 160  # rows where there is no file
CATEGORIES = {"Animal-Abuse": "damage", "Dead Animal": "delay"}  # of the small pack; the others: billing
CUSTOMERS = 40


def real_rows():
    """[{column: text}]"""
    path = os.environ.get("COMPLAINT_REAL_CASES")
    if path:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    return list(made_up_rows())


def made_up_rows():
    chance = random.Random(311)
    for number in range(MADE_UP):
        created = datetime(2025, 1, 1) + timedelta(minutes=chance.randrange(90 * 1440))
        spent = chance.lognormvariate(5.6, 1.6)  # minutes; half of them take less than four and a half hours
        closed = created + timedelta(minutes=round(spent))
        yield {
            "Unique Key": str(64000000 + number),
            "Created Date": f"{created:{FORMAT}}",
            "Closed Date": f"{closed:{FORMAT}}" if chance.random() < 0.94 else "",
            "Complaint Type": chance.choice(["Animal-Abuse", "Dead Animal", "Animal in a Park"]),
        }


class RealCase:
    """A row, and what was drawn for it.

    :ivar cycles: [(began, ended or None)] in UTC; a reopened case has two
    :ivar ratings: [(score, recommendation) or None] of each cycle
    :ivar paid, raised: the redress and how often it was escalated, of each cycle
    """

    def __init__(self, row):
        self.row = row
        chance = random.Random(int(row["Unique Key"]))
        self.customer = chance.randrange(CUSTOMERS)
        self.category = CATEGORIES.get(row["Complaint Type"], "billing")
        came, closed = moment(row["Created Date"]), moment(row["Closed Date"])
        self.cycles = [(came, closed)]
        if closed and chance.random() < 0.06:
            again = closed + timedelta(hours=chance.randrange(1, 90))
            self.cycles.append((again, again + timedelta(hours=chance.randrange(1, 60))))
        ended = [end is not None for _began, end in self.cycles]
        self.ratings = [
            (chance.randint(1, 5), chance.randint(0, 10)) if end and chance.random() < 0.4 else None
            for end in ended
        ]
        self.paid = [chance.choice([0, 0, 0, 12.5, 80]) if end else 0 for end in ended]
        self.raised = [int(chance.random() < 0.1) if end else 0 for end in ended]


def moment(text):
    """A time of the file in UTC without a zone; None for an empty one. An hour that the clocks show twice
    is the first of the two."""
    if not text or not text.strip():
        return None
    local = datetime.strptime(text.strip(), FORMAT).replace(tzinfo=ZONE)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def day(at):
    """The day in New York of a time in UTC."""
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZONE).date()
