"""What the addon's tests share: a company of its own under a small policy whose numbers the tests know."""

from odoo.tests import TransactionCase, new_test_user

SMALL_PACK = {
    "small/pack.yaml": """
kind: pack
name: small
title: {en: Small, zh_CN: 小}
calendar: office
currency: EUR
""",
    "small/calendars.yaml": """
kind: calendars
calendars:
  - {name: office, timezone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}}
""",
    "small/roles.yaml": """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
""",
    "small/channels.yaml": """
kind: channels
channels:
  - {name: phone, title: {en: Phone, zh_CN: 电话}}
  - {name: email, title: {en: E-mail, zh_CN: 电子邮件}, mailbox: {alias: small-complaints, team: Small intake, type: complaint}}
""",
    "small/case_types.yaml": """
kind: case_types
case_types:
  - {name: complaint, title: {en: Complaint, zh_CN: 投诉}}
  - {name: inquiry, title: {en: Inquiry, zh_CN: 咨询}}
""",
    "small/categories.yaml": """
kind: categories
categories:
  - name: delivery
    title: {en: Delivery, zh_CN: 配送}
    team: Small delivery
    children:
      - {name: delay, title: {en: Delay, zh_CN: 延误}}
      - {name: damage, title: {en: Damage, zh_CN: 损坏}, team: Small damage, preset: {urgency: urgent, complexity: complex}}
  - {name: billing, title: {en: Billing, zh_CN: 账单}, team: Small intake}
""",
    "small/severity.yaml": """
kind: severity
urgencies: [low, normal, urgent]
scopes: [one_customer, public]
complexities: [standard, complex]
pauses: [waiting_customer]
preset: {urgency: normal, scope: one_customer, complexity: standard}
levels: [{name: low, priority: 0}, {name: normal, priority: 1}, {name: high, priority: 2}, {name: critical, priority: 3}]
matrix:
  - {scope: public, severity: critical}
  - {urgency: urgent, severity: high}
  - {urgency: low, severity: low}
default: normal
""",
    "small/stages.yaml": """
kind: stages
stages:
  - {name: received, event: received, owner: intake, next: [acknowledged, investigating, closed, set_aside]}
  - {name: acknowledged, event: acknowledged, owner: intake, next: [investigating, closed]}
  - {name: investigating, owner: assignee, next: [proposed, closed]}
  - {name: proposed, event: solution_proposed, owner: assignee, next: [communicated, investigating]}
  - {name: communicated, event: communicated, owner: intake, next: [closed, investigating]}
  - {name: closed, event: closed, closes: true, reopen: {within: 30d, to: investigating}}
  - {name: set_aside, event: withdrawn, closes: true}
""",
    "small/sla.yaml": """
kind: sla
policies:
  - name: complex
    match: {type: complaint, complexity: complex}
    clocks:
      - {name: acknowledgement, from: received, until: acknowledged, within: 1h}
      - {name: handover, from: received, until: handed_over, within: 2h}
      - {name: solution, from: [received, reopened], until: solution_proposed, within: 5bd, pause: [waiting_customer]}
      - {name: legal_answer, from: received, until: communicated, within: 15cd, statutory: true}
  - name: standard
    match: {type: complaint}
    clocks:
      - {name: acknowledgement, from: received, until: acknowledged, within: 1h}
      - {name: first_feedback, from: received, until: first_feedback, within: 24h}
      - {name: solution, from: [received, reopened], until: solution_proposed, within: 72h, pause: [waiting_customer]}
      - {name: legal_answer, from: received, until: communicated, within: 15cd, statutory: true}
  - name: inquiry
    match: {type: inquiry}
    clocks:
      - {name: response, from: received, until: first_feedback, within: 2bh}
""",
    "small/escalation.yaml": """
kind: escalation
levels: [{name: supervisor, notify: [intake]}]
rules:
  - {name: warn, when: {clock: any, at: 80%}, do: [{notify: [assignee]}]}
  - {name: late, when: {clock: any, at: 100%}, do: [{escalate: supervisor}]}
""",
}


def files(**changed):
    """The small pack's files as bytes; changed maps a topic to its new text, None leaves the file out."""
    texts = dict(SMALL_PACK)
    for topic, text in changed.items():
        path = f"small/{topic}.yaml"
        if text is None:
            del texts[path]
        else:
            texts[path] = text
    return {path: text.encode() for path, text in texts.items()}


def edited(topic, *replacements):
    """The small pack's files after replacing (old, new) texts in one of them."""
    text = SMALL_PACK[f"small/{topic}.yaml"]
    for old, new in replacements:
        assert old in text, f"{old!r} is not in {topic}.yaml"
        text = text.replace(old, new)
    return files(**{topic: text})


class ComplaintCase(TransactionCase):
    """A test with a company under the small policy, a team leader, an agent and a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env["res.company"].create({"name": "Small Company"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.release = cls.apply(files())
        Team = cls.env["helpdesk.ticket.team"]
        cls.intake, cls.delivery, cls.damage = (
            Team.search([("name", "=", name), ("company_id", "=", cls.company.id)])
            for name in ("Small intake", "Small delivery", "Small damage")
        )
        cls.leader = cls.new_user("leader", "complaint_management.group_senior")
        cls.agent = cls.new_user("agent", "complaint_management.group_intake")
        (cls.intake + cls.delivery).write({"user_id": cls.leader.id, "user_ids": [(4, cls.agent.id)]})
        cls.customer = cls.env["res.partner"].create({"name": "Chen", "email": "chen@example.com"})

    @classmethod
    def new_user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            f"{login}@small.example",
            groups=groups,
            company_id=cls.company.id,
            company_ids=cls.company.ids,
            **values,
        )

    @classmethod
    def apply(cls, policy_files, company=None):
        return cls.env["complaint.release"]._apply(
            policy_files, "small", company or cls.company, message="for a test"
        )

    @classmethod
    def ref_id(cls, kind, code):
        return cls.env["complaint.release"]._active(cls.company)._refs()[kind, code]

    @classmethod
    def complaint(cls, **values):
        """A complaint as an agent enters it; keys may be codes: category="damage", channel="phone", type="inquiry"."""
        kinds = {
            "category": "category_id",
            "channel": "channel_id",
            "type": "case_type_id",
            "urgency": "urgency_id",
        }
        values.setdefault("type", "complaint")
        for key in [key for key in values if key in kinds]:
            kind = "case_type" if key == "type" else key
            values[kinds[key]] = cls.ref_id(kind, values.pop(key))
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Parcel broken",
                "description": "<p>It broke.</p>",
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def move(cls, tickets, stage):
        tickets.write({"stage_id": cls.ref_id("stage", stage)})

    def clocks(self, ticket):
        """{name: (state, due as text)} of the current cycle."""
        return {clock.name: (clock.state, str(clock.due_at or "")) for clock in ticket.current_milestone_ids}

    def facts(self, ticket):
        """The kinds of the register's entries in order."""
        return ticket.event_ids.sorted(lambda event: (event.occurred_at, event.id)).mapped("kind")

    def assertStoredEqualsReplayed(self, tickets):
        """What is stored about the clocks is what the register gives when it is read from the start."""
        from ...complaint_management.models.milestone import COLUMNS

        tickets.invalidate_recordset()
        for ticket in tickets:
            replayed = ticket._replayed()
            rows = sorted(
                (ticket._clock_row(clock) for clock in replayed.clocks),
                key=lambda row: (row["cycle"], row["name"]),
            )
            stored = [
                {
                    name: clock[name].id if name in ("ticket_id", "company_id") else clock[name] or None
                    for name in COLUMNS
                }
                for clock in ticket.milestone_ids.sorted(lambda clock: (clock.cycle, clock.name))
            ]
            wanted = [{name: row[name] or None for name in COLUMNS} for row in rows]
            self.assertEqual(stored, wanted, ticket.number)
            reckoned = ticket._reckoned(replayed)
            self.assertEqual(
                {name: ticket[name] or None for name in reckoned}, {k: v or None for k, v in reckoned.items()}
            )
