"""A supervised company for tests: a policy with the whole way of a case, and cases that go it or do not."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time

from .callback_pack import callback_about
from .common import SMALL_PACK, ComplaintCase, files

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
MONDAY = datetime(2026, 3, 2, 8)  # 09:00 in Berlin
STAGES = """
kind: stages
stages:
  - {name: received, title: {en: Received}, event: received, owner: intake, next: [acknowledged, settled]}
  - name: acknowledged
    title: {en: Acknowledged}
    event: acknowledged
    owner: intake
    next: [investigating, settled]
  - name: investigating
    title: {en: Under investigation}
    owner: assignee
    require: [category]
    next: [proposed]
  - name: proposed
    title: {en: Proposed}
    event: solution_proposed
    owner: assignee
    approval: solution
    next: [communicated, investigating]
  - {name: communicated, title: {en: Told}, event: communicated, owner: intake, next: [closed]}
  - {name: closed, title: {en: Closed}, event: closed, closes: true, reopen: {within: 30d, to: investigating}}
  - {name: settled, event: closed, closes: true, first_contact: true, match: {complexity: standard}}
"""
APPROVALS = """
kind: approvals
approvals:
  - {name: solution, steps: [{by: supervision, match: {complexity: complex}}]}
  - {name: extension, steps: [{by: supervision}]}
"""
EXTENSIONS = """
kind: extensions
extensions:
  - {name: longer, clocks: [solution], by: 2bd, at_most: 4bd, approval: extension, require: [reason]}
"""
ROLES = (
    SMALL_PACK["small/roles.yaml"]
    + """
  - {name: supervision, title: {en: Supervision, zh_CN: 监督}, group: supervision}
  - {name: decision_group, title: {en: Decision group}, group: decision}
"""
)
ESCALATION = SMALL_PACK["small/escalation.yaml"] + (
    "  - {name: ignored, when: {level: supervisor, unanswered: 4h}, do: [{notify: [assignee]}]}\n"
)
SUPERVISION = """
kind: supervision
checks:
  - {name: steps, title: {en: Steps left out, zh_CN: 漏掉步骤}, what: skipped_step, at_most: 0}
  - {name: wrong, what: wrong_stage, at_most: 0}
  - {name: entries, what: missing_entry, at_most: 0}
  - {name: back, what: moved_back, at_most: 40%}
  - {name: waiting, what: saved_by_pause, pause: 50%, at_most: 0}
  - {name: approvals, what: unapproved, at_most: 0}
  - {name: own, what: own_approval, at_most: 0}
  - {name: acknowledged, what: not_acknowledged, at_most: 50%}
  - {name: deadlines, what: missed_deadline, at_most: 5%, for: supervision}
  - {name: legal, what: missed_legal_deadline, at_most: 0}
  - {name: unanswered, what: unanswered_escalation, at_most: 0}
  - {name: open, what: open_escalation, longer_than: 2d, at_most: 0}
  - {name: nobody, what: without_owner, at_most: 0}
  - {name: time, what: extension}
  - {name: calls, what: missed_callback, at_most: 10%}
  - {name: afterwards, what: changed_after_closing, at_most: 0}
  - {name: again, what: reopened, at_most: 1}
check_list:
  every: month
  by: supervision
  within: 5bd
  overdue: {notify: [decision_group]}
  lines:
    - {name: steps, title: {en: No step was left out, zh_CN: 没有漏掉步骤}, finding: steps}
    - {name: deadlines, finding: deadlines}
    - {name: people, title: {en: The roles name the right people, zh_CN: 角色人员正确}}
"""
PACK = {
    "stages": STAGES,
    "approvals": APPROVALS,
    "extensions": EXTENSIONS,
    "roles": ROLES,
    "escalation": ESCALATION,
    "supervision": SUPERVISION,
}
WAY = ("acknowledged", "investigating", "proposed", "communicated", "closed")


class SupervisionCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(**PACK))
        cls.supervisor = cls.new_user("supervisor", "complaint_management.group_supervision")
        cls.supervision = cls.env["complaint.supervision"].with_user(cls.supervisor)
        cls.supervision = cls.supervision.with_context(allowed_company_ids=cls.company.ids)

    @classmethod
    def went(cls, *stages, at=MONDAY, hours=0.25, **values):
        """A case that enters these stages one after the other, a quarter of an hour apart."""
        values.setdefault("user_id", cls.agent.id)
        if "category_id" not in values:
            values.setdefault("category", "delay")
        with freeze_time(at):
            case = cls.complaint(**values)
        for place, stage in enumerate(stages, 1):
            with freeze_time(at + timedelta(hours=hours) * place):
                cls.move(case, stage)
        return case

    @classmethod
    def fact(cls, case, at, kind, **data):
        with freeze_time(at):
            case._record_fact(kind, data=data)

    def count(self, now="2026-04-01 08:00:00"):
        with freeze_time(now):
            self.env["complaint.fact"]._cron_count()

    def findings(self, now="2026-04-01 08:00:00", domain=(), span=MARCH):
        self.count(now)
        with freeze_time(now):
            found = self.supervision._findings(self.company, *span, domain)
        return {one["name"]: one for one in found}

    def assertFound(self, name, count, of, cases=None, **more):
        """A finding has these numbers and opens these cases, as many as it says."""
        one = self.findings(**more)[name]
        self.assertEqual((one["count"], one["of"]), (count, of), name)
        with freeze_time(more.get("now", "2026-04-01 08:00:00")):
            behind = self.env[one["model"]].with_user(self.supervisor).search(one["domain"])
        self.assertEqual(len(behind), count, name)
        if cases is not None:
            found = behind if behind._name == "helpdesk.ticket" else behind.ticket_id
            self.assertEqual(found, cases, name)
        return one

    def extension(self, case, author, decided_by=None, state="granted", at="2026-03-10 08:00:00"):
        with freeze_time(at):
            asked = self.env["complaint.extension"].create(
                {
                    "ticket_id": case.id,
                    "company_id": self.company.id,
                    "cycle": 1,
                    "clock": "solution",
                    "policy_code": "longer",
                    "by": "2bd",
                    "reason": "More to find out",
                    "author_id": author.id,
                    "roles": [],
                    "state": state,
                    "decided_by_id": decided_by and decided_by.id,
                    "decided_at": decided_by and datetime(2026, 3, 10, 9),
                }
            )
            asked.flush_recordset()
            self.env.cr.execute(
                "UPDATE complaint_extension SET create_date = %s WHERE id = %s", [at, asked.id]
            )
            asked.invalidate_recordset()
        return asked

    def callback(self, case, **values):
        made = callback_about(case, self.agent)["complaint.callback"]
        made.write({"due_at": "2026-03-10 08:00:00", **values})
        return made
