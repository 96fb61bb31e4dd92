"""A company with a month of complaints whose numbers are counted by hand, and reports about it."""

from datetime import date

from freezegun import freeze_time

from .common import ComplaintCase, files
from .figure_case import KPIS

ROLES = """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
  - {name: board, title: {en: The board, zh_CN: 董事会}, group: decision}
  - {name: readers, title: {en: Readers, zh_CN: 审阅人}, users: [reader@small.example]}
"""
REPORTS = """
kind: reports
reports:
  - name: monthly
    title: {en: Monthly analysis, zh_CN: 月度分析}
    every: month
    to: [board]
    review_by: readers
  - name: delivery
    every: month
    to: [board]
    match: {category: delivery}
    contents: [volumes, kpis]
"""
CAUSES = """
kind: causes
causes:
  - {name: process, title: {en: Process}, children: [{name: handover, title: {en: Handover}}]}
"""
MARCH = (date(2026, 3, 1), date(2026, 4, 1))
TOPICS = {"roles": ROLES, "reports": REPORTS, "kpis": KPIS, "causes": CAUSES}


class ReportCase(ComplaintCase):
    """opening 2, received 3, reopened 1, closed 3, closing 3 in March; of delivery 2, 2, 1, 3, 2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        with freeze_time("2026-02-09 09:00:00"):
            cls.release = cls.apply(files(**TOPICS))
        cls.reader = cls.new_user("reader", "complaint_management.group_analysis", lang="en_US")
        cls.member = cls.new_user("member", "complaint_management.group_decision", lang="en_US")
        cls.chinese = cls.new_user("chinese", "complaint_management.group_decision", lang="zh_CN")
        cls.analyst = cls.new_user("analyst", "complaint_management.group_data_analysis", lang="en_US")
        cls.cases = [
            cls.received("2026-02-10 10:00:00"),
            cls.received("2026-02-11 10:00:00", closed="2026-03-05 10:00:00"),
            cls.received("2026-03-03 10:00:00", closed="2026-03-06 10:00:00"),
            cls.received("2026-03-10 10:00:00", category="billing"),
            cls.received("2026-03-11 10:00:00", closed="2026-03-12 10:00:00", reopened="2026-03-13 10:00:00"),
        ]
        cls.count()
        cls.reports = cls.env["complaint.report"]

    @classmethod
    def received(cls, at, closed=None, reopened=None, category="delay", **values):
        with freeze_time(at):
            case = cls.complaint(category=category, **values)
        if closed:
            with freeze_time(closed):
                cls.move(case, "closed")
        if reopened:
            with freeze_time(reopened):
                cls.move(case, "investigating")
        return case

    @classmethod
    def count(cls):
        with freeze_time("2026-04-02 09:00:00"):
            cls.env["complaint.fact"]._count(
                cls.env["helpdesk.ticket"].union(*cls.cases), cls.env.cr.now().replace(2026, 4, 2)
            )
        cls.env.flush_all()

    def make(self, code="monthly", span=MARCH, at="2026-04-02 09:00:00"):
        """A report as the job makes it."""
        with freeze_time(at):
            entry = self.env["complaint.release"]._active(self.company)._report_entry(code)
            return self.reports._make(self.company, entry, *span)

    def cells(self, report, section, lang="en_US"):
        """{row: [text of each other cell]} of the tables of a section."""
        [found] = [one for one in report.with_context(lang=lang)._sections() if one["name"] == section]
        return {
            row[0]["text"]: [cell["text"] for cell in row[1:]]
            for table in found["tables"]
            for row in table["rows"]
        }
