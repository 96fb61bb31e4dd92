"""Lists that are grouped by a code of the policy show its title instead."""

from odoo import models


class NamedGroups(models.AbstractModel):
    _name = "complaint.named.groups"
    _description = "Groups named by the policy"

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        """The title where there is one; the group stands for the code all the same."""
        formatted = super()._web_read_group_groupby_formatter(groupby_spec, values)
        titles = self._titles_of_codes(groupby_spec)
        if not titles:
            return formatted

        def named(value):
            shown, domain = formatted(value)
            return titles.get(value, shown), domain

        return named

    def _titles_of_codes(self, name):
        """{code: title} of a field that holds codes of the policy; nothing for any other field."""
        titles = {}
        for company in self.env.companies if name in self._codes_of_policy() else ():
            release = self.env["complaint.release"].sudo()._active(company)  # sudo: its words are no secret
            for entry in self._entries_with_code(release, name) if release else ():
                titles.setdefault(entry["name"], release._words(entry.get("title"), entry["name"]))
        return titles

    def _codes_of_policy(self):
        """The fields of this model that hold codes."""
        return ("plan",)

    def _entries_with_code(self, release, name):
        """The entries of the policy that such a field may name."""
        return (release._policy().raw.get("callbacks") or {}).get("plans") or ()


class ComplaintCallback(models.Model):
    _name = "complaint.callback"
    _inherit = ["complaint.callback", "complaint.named.groups"]


class ComplaintSample(models.Model):
    _name = "complaint.sample"
    _inherit = ["complaint.sample", "complaint.named.groups"]


class ComplaintAnswer(models.Model):
    _name = "complaint.answer"
    _inherit = ["complaint.answer", "complaint.named.groups"]

    def _codes_of_policy(self):
        return ("plan", "code")

    def _entries_with_code(self, release, name):
        if name == "plan":
            return super()._entries_with_code(release, name)
        surveys = release._policy().raw.get("surveys") or ()
        return [question for survey in surveys for question in survey["questions"]]
