"""Rules about surges for tests, and a company that has them."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from .test_consequences import ESCALATION, LadderCase

SURGES = """
kind: surges
surges:
  - name: same-trouble
    title: {en: Same trouble, zh_CN: 同类问题}
    match: {type: complaint}
    group_by: [category]
    count: 4
    within: 2h
    baseline: 56d
    do:
      - {notify: [decision_group]}
      - {escalate: department}
      - {raise_severity: 1}
      - {task_force: {lead: team_leader, members: [supervision]}}
    emergency_plan: {en: "Find the cause.\\nTell the callers.", zh_CN: "查明原因。\\n告知来电者。"}
"""
UNUSUAL = """
kind: surges
surges:
  - name: unusual
    group_by: [category]
    times: 3
    within: 1h
    baseline: 28d
    at_least: 4
    false_alarms: {at_most: 1, per: 365d}
    quiet_for: 3h
    do: [{notify: [decision_group]}]
"""
NOON = datetime(2026, 3, 4, 11, 0)  # a Wednesday; noon in Berlin


class SurgeCase(LadderCase):
    """The small company with a ladder and a rule about surges."""

    @classmethod
    def more_files(cls):
        return {"escalation": ESCALATION, "surges": SURGES}

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(NOON))

    def at(self, **after):
        self.clock.move_to(NOON + timedelta(**after))

    def come(self, count=1, category="delay", **values):
        return self.env["helpdesk.ticket"].concat(
            *(
                self.complaint(category=category, partner_id=self.customer.id, **values)
                for _one in range(count)
            )
        )

    def watch(self):
        release = self.env["complaint.release"]._active(self.company)
        self.env["complaint.surge"]._watch(release)
        return self.surges()

    def surges(self):
        return self.env["complaint.surge"].search(
            [("company_id", "=", self.company.id)], order="began_at, id"
        )

    def kinds(self, ticket, kind):
        return ticket.event_ids.filtered(lambda event: event.kind == kind)
