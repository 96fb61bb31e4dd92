"""What the planner's tests share: plans of every kind, customers of two tiers, closed cases in any number."""

from datetime import datetime

from freezegun import freeze_time

from .common import SMALL_PACK, ComplaintCase, files

CALLBACKS = """
kind: callbacks
plans:
  - name: after-result
    title: {en: After the result}
    match: {type: complaint}
    for: case
    after: communicated
    within: 7d
    by: intake
    method: phone
    survey: satisfaction
  - name: monthly
    title: {en: Monthly sample, zh_CN: 月度抽样}
    match: {type: complaint}
    for: case
    every: month
    sample: 10%
    of: closed
    strata: [category, team]
    by: quality
    method: phone
    survey: satisfaction
    pass: 85%
  - {name: vip-care, match: {tier: vip}, for: customer, every: 30d, by: intake, method: phone}
  - {name: care, match: {tier: normal}, for: customer, every: quarter, method: mail, survey: satisfaction}
  - {name: greeting, for: customer, every: birthday, method: mail, template: birthday}
"""
CAP = "contact_cap: {contacts: 2, per: 30d}\n"
TIERS = """
kind: tiers
tiers:
  - {name: vip, when: {spend_12_months: {min: 1000}}}
  - {name: normal}
"""
KPIS = """
kind: kpis
kpis: [{name: csat, target: 90%}, {name: nps, target: 30}, {name: callback_satisfaction, target: 85%}]
"""
ROLES = SMALL_PACK["small/roles.yaml"] + "  - {name: quality, group: quality}\n"
SURVEYS = """
kind: surveys
surveys:
  - name: satisfaction
    title: {en: Satisfaction, zh_CN: 满意度}
    questions:
      - {name: product, title: {en: "Is the product right?"}, dimension: product_quality, scale: 5}
      - {name: attitude, title: {en: "Were we kind?"}, dimension: service_attitude, scale: 5}
      - {name: recommend, title: {en: "Recommend us?"}, nps: true, optional: true}
    satisfied: {min: 4}
    dissatisfied: {max: 2}
    confidence: 95%
    few: 5
"""


def planned_pack(cap="", **more):
    """The small pack with all of it. cap: how often a customer is contacted, as the policy writes it."""
    topics = {"callbacks": CALLBACKS + cap, "tiers": TIERS, "kpis": KPIS, "roles": ROLES, "surveys": SURVEYS}
    return files(**(topics | more))


class PlanningCase(ComplaintCase):
    """The small company with plans of every kind."""

    CAP = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-01-01 08:00:00"):
            cls.release = cls.apply(planned_pack(cls.CAP))
        cls.reviewer = cls.new_user("reviewer", "complaint_management.group_quality")
        cls.callbacks = cls.env["complaint.callback"]
        cls.customers = cls.env["complaint.customer"]

    @classmethod
    def file(cls, name, tier, since="2027-01-01 08:00:00", **values):
        """A customer's file, opened at a time."""
        partner = cls.env["res.partner"].create(
            {"name": name, "email": f"{name.lower()}@example.com", "phone": "+49 30 1234"}
        )
        file = cls.customers._open_for(partner)
        file.write({"tier_id": cls.ref_id("tier", tier), "tier_reason": "for a test", **values})
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE complaint_customer SET create_date = %s WHERE id = %s", [since, file.id])
        return file

    @classmethod
    def closed_cases(cls, count, at="2027-02-10 10:00:00", **values):
        """So many closed complaints of different customers, copied in the database from one."""
        with freeze_time(at):
            model = cls.complaint(**values)
            cls.move(model, "closed")
        cls.env.flush_all()
        cr = cls.env.cr
        cr.execute(
            "INSERT INTO res_partner (name, complete_name, email, phone, active, type) "
            "SELECT 'Person ' || n, 'Person ' || n, 'person' || n || '@example.com', '030', TRUE, 'contact' "
            "FROM generate_series(1, %s) AS n RETURNING id",
            [count],
        )
        partners = [ident for (ident,) in cr.fetchall()]
        cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", [partners])
        tickets = []
        own = {
            "partner_id": "p",
            "commercial_partner_id": "p",
            "number": "'Q' || nextval('helpdesk_ticket_id_seq')",
        }
        names = cls.columns("helpdesk_ticket")
        values = ", ".join(own.get(name, f't."{name}"') for name in names)
        cr.execute(
            f"INSERT INTO helpdesk_ticket ({', '.join(names)}) SELECT {values} FROM helpdesk_ticket t, "
            "unnest(%s) AS p WHERE t.id = %s RETURNING id",
            [partners, model.id],
        )
        tickets = [ident for (ident,) in cr.fetchall()]
        names = cls.columns("complaint_event")
        values = ", ".join("t" if name == "ticket_id" else f'e."{name}"' for name in names)
        cr.execute(
            f"INSERT INTO complaint_event ({', '.join(names)}) SELECT {values} FROM complaint_event e, "
            "unnest(%s) AS t WHERE e.ticket_id = %s",
            [tickets, model.id],
        )
        cls.env.invalidate_all()
        return cls.env["helpdesk.ticket"].browse(tickets)

    @classmethod
    def columns(cls, table):
        cls.env.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND column_name != 'id' AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cls.env.cr.fetchall()]

    def plan_rounds(self, at):
        with freeze_time(at):
            self.customers._plan_rounds(self.release, 1000)

    def planned(self, file, plan=None):
        domain = [("partner_id", "=", file.partner_id.id), ("ticket_id", "=", False)]
        if plan:
            domain.append(("plan", "=", plan))
        return self.callbacks.search(domain, order="opens_at, id")

    def at(self, text):
        return datetime.fromisoformat(text)
