"""The card of a quality review and who fills it in (F6): lines as the policy has them, a reviewer with the
fewest to do."""

from odoo import api, models

from ..engine.quality import share_out


class ComplaintQualityReview(models.Model):
    _inherit = "complaint.quality.review"

    def _lay_out(self, spec):
        """The lines of the card, empty, as the policy has them now. As superuser."""
        rows = [
            {
                "review_id": review.id,
                "code": line.name,
                "sequence": place,
                "weight": float(line.weight),
                "critical": line.critical,
                "scale": spec.scale,
                "remark_up_to": spec.remark_up_to,
            }
            for review in self
            for place, line in enumerate(spec.lines)
        ]
        release = self.release_id[:1]
        titles = {line.name: line.written.get("title") for line in spec.lines}
        english = release.with_context(lang="en_US")
        lines = self.env["complaint.quality.line"].with_context(lang="en_US")
        made = lines.create(
            [{**row, "name": english._words(titles[row["code"]], row["code"])} for row in rows]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            here = release.with_context(lang=lang)
            for code, same in made.grouped("code").items():
                if lang != "en_US":
                    # one write for a code and a language, however many reviews there are
                    same.with_context(lang=lang).write({"name": here._words(titles[code], code)})

    def _reviewers(self):
        """{review id: users} who may review it: of the role, present, neither the one whom it is about nor
        the one who has the case, and none whom the complaint is about. As superuser."""
        found = {}
        for (release, code), reviews in self.grouped(
            lambda one: (one.release_id, one.sample_id.code)
        ).items():
            spec = release._quality_sample(code)
            for agent, same in reviews.grouped("agent_id").items():
                people = release._points_people(spec.role, agent) if spec else self.env["res.users"]
                for review in same:
                    case = review.ticket_id
                    able = people - case.user_id - case.complaint_against_ids.user_id
                    found[review.id] = case._only_who_may_see(able)
        return found

    def _assign(self):
        """Give each review that waits and has no reviewer to one who has the fewest to do. As superuser."""
        todo = self.filtered(lambda one: one.state == "to_do" and not one.reviewer_id).sorted("id")
        if not todo:
            return
        able = todo._reviewers()
        everybody = self.env["res.users"].union(*able.values())
        chosen = self._shared_out([(one.id, able[one.id].ids) for one in todo], everybody)
        by_person = {}
        for review, user in chosen.items():
            by_person.setdefault(user, []).append(review)
        for user, ids in by_person.items():
            self.browse(ids).write({"reviewer_id": user})
        todo._let_reviewers_see()

    def _shared_out(self, reviews, people):
        self.flush_model(["reviewer_id", "state"])
        groups = self._read_group([("reviewer_id", "in", people.ids)], ["reviewer_id", "state"], ["__count"])
        loads = {user.id: (0, 0) for user in people}
        for user, state, number in groups:
            todo, ever = loads[user.id]
            loads[user.id] = (todo + (number if state == "to_do" else 0), ever + number)
        return share_out(reviews, loads)

    def _let_reviewers_see(self):
        """Who reviews a case may read it. A confidential one is not opened to anybody by this."""
        shown = self.filtered(lambda one: one.reviewer_id and not one.ticket_id.confidential)
        self.env["helpdesk.ticket"]._let_follow(
            [(one.ticket_id, one.reviewer_id.partner_id) for one in shown]
        )

    @api.model
    def _keep_reviewers(self):
        """Reviews that wait: each has a reviewer who may do it; one that nobody may do any more is left out,
        with the reason. As superuser."""
        waiting = self.search([("state", "=", "to_do")])
        gone = waiting.filtered(lambda one: one.ticket_id.anonymised_at or one.ticket_id.duplicate_id)
        waiting -= gone
        able = waiting._reviewers()
        hidden = waiting.filtered(lambda one: one.ticket_id.confidential and not able[one.id])
        gone.write({"state": "left_out", "left_out_reason": "set_aside"})
        hidden.write({"state": "left_out", "left_out_reason": "confidential"})
        waiting -= hidden
        lost = waiting.filtered(lambda one: one.reviewer_id and one.reviewer_id not in able[one.id])
        lost.write({"reviewer_id": False})
        waiting._assign()
