"""Chapters of the handbook: how the house keeps itself in order. Points, training, quality, workload, reports
and meetings, and what is kept for how long."""

from ..engine.policy import as_list
from .handbook_words import Words
from .incentive_guide import _SchemeWords


class RunningChapters(Words):
    """Points, training, quality, workload, reports, meetings, privacy."""

    # ------------------------------------------------------------------ points, training

    def points(self):
        blocks = []
        for name, scheme in self.release._schemes().items():
            words = _SchemeWords(self.env, self.release, scheme)
            shown = words.values()
            blocks += [
                self.heading(shown["title"], self.place("incentives", name)),
                self.items(shown["short"]),
                self.table(
                    [self._("Points"), self._("For what"), self._("Goes to")],
                    [
                        ([rule["points"], [rule["title"], rule["when"]], rule["whose"]], rule["place"] or "")
                        for rule in shown["rules"]
                    ],
                ),
            ]
        if blocks:
            blocks.append(
                {
                    "kind": "link",
                    "text": self._("All of it: how points work here"),
                    "href": "/odoo/complaint-points-guide",
                }
            )
        return self.chapter("points", self._("Points"), *blocks, kinds="incentives")

    def training(self):
        courses = self.env["complaint.training.course"]
        levels = dict(courses._fields["level"]._description_selection(self.env))
        rows = [
            (
                [
                    [self.title(course), self.say(course.get("description"))],
                    self.roles(course.get("for")),
                    levels.get(course.get("level"), ""),
                    [self.rhythm(course.get("every")) or self._("once"), *self._course_after(course)],
                    self._exam(course.get("exam")),
                ],
                self.place("training", "courses", course["name"]),
            )
            for course in self.entries("training", "courses")
        ]
        rules = self.body("training")
        return self.chapter(
            "training",
            self._("Training"),
            self.table(
                [
                    self._("Course"),
                    self._("For"),
                    self._("Kind of course"),
                    self._("How often"),
                    self._("Examination"),
                ],
                rows,
            ),
            self.facts(
                [
                    (self._("To be taken"), self.within(rules.get("within"))),
                    (
                        self._("Reminder"),
                        rules.get("remind")
                        and self._("%(time)s before that time is over", time=self.span(rules["remind"])),
                    ),
                    (self._("How many should pass"), rules.get("pass_rate")),
                ]
            ),
            kinds="training",
        )

    def _course_after(self, course):
        reasons = {
            "review": self._("after a quality review that was not passed"),
            "consequence": self._("as a consequence of points"),
        }
        return [reasons.get(one, one) for one in as_list(course.get("after"))]

    def _exam(self, exam):
        if not exam:
            return self._("none")
        parts = [self._("%(n)d simulated cases", n=exam.get("cases") or 0)]
        if exam.get("pass"):
            parts.append(self._("passed with %(share)s", share=exam["pass"]))
        if exam.get("again_after"):
            parts.append(self._("next attempt after %(time)s", time=self.span(exam["again_after"])))
        return self.joined(parts)

    # ------------------------------------------------------------------ quality, workload

    def quality(self):
        blocks = [block for sample in self.entries("quality", "samples") for block in self._sample(sample)]
        return self.chapter("quality", self._("Quality"), *blocks, kinds="quality")

    def _sample(self, sample):
        failed = {"training": self._("a training"), "feedback": self._("a talk")}
        yield self.heading(self.title(sample), self.place("quality", sample["name"]))
        yield self.facts(
            [
                (self._("Among"), self.cases({"match": sample.get("of")}) or self._("All cases")),
                (self._("How often"), self.rhythm(sample.get("every"))),
                (self._("How often drawn"), self.rhythm(sample.get("draw"))),
                (
                    self._("How many"),
                    sample.get("share") and self._("%(share)s at least", share=sample["share"]),
                ),
                (
                    self._("Of each person"),
                    sample.get("each_agent") and self._("%(n)d at least", n=sample["each_agent"]),
                ),
                (self._("Who reviews"), self.roles(sample.get("by"))),
                (self._("Points a line"), sample.get("scale") and self._("1 to %(n)d", n=sample["scale"])),
                (self._("Passed with"), sample.get("pass")),
                (self._("If it is not passed"), failed.get(sample.get("failed"), sample.get("failed"))),
                (self._("Objection"), self.within(sample.get("objection_within"))),
                (self._("Decides about objections"), self.roles(sample.get("objections_by"))),
            ]
        )
        yield self.table(
            [self._("Scorecard"), self._("What is meant"), self._("Weight")],
            [
                (
                    [
                        [self.title(line), self._("without it, the review is failed")]
                        if line.get("critical")
                        else self.title(line),
                        self.say(line.get("description")),
                        f"{line.get('weight', 1):g}",
                    ],
                    self.place("quality", sample["name"], line["name"]),
                )
                for line in sample.get("card") or ()
            ],
        )

    def workload(self):
        rules = self.body("workload")
        average = rules.get("average_per_agent_and_day")
        return self.chapter(
            "workload",
            self._("Workload"),
            self.facts(
                [
                    (
                        self._("A day"),
                        average
                        and self._("%(n)g cases for each person at most, on average of the team", n=average),
                    ),
                    (
                        self._("Warning in advance"),
                        rules.get("warn_at")
                        and self._(
                            "the team leader hears of it at %(share)s of that", share=rules["warn_at"]
                        ),
                    ),
                    (
                        self._("Open at once"),
                        rules.get("cap_per_agent")
                        and self._("%(n)d cases for each person at most", n=rules["cap_per_agent"]),
                    ),
                    (
                        self._("More than that"),
                        self._("is refused, by hand too") if rules.get("hard") else "",
                    ),
                ]
            ),
            self.table(
                [self._("Channel"), self._("At which hours"), self._("People there at least")],
                [
                    (
                        [
                            self.joined(
                                self.named("channels", name) for name in as_list(line.get("channel"))
                            ),
                            self.hours(line.get("hours")),
                            f"{line.get('agents', 0):g}",
                        ],
                        "",
                    )
                    for line in rules.get("cover") or ()
                ],
            ),
            kinds="workload",
        )

    # ------------------------------------------------------------------ reports and meetings

    def reports(self):
        reports = [
            (
                [
                    self.title(one),
                    self.rhythm(one.get("every")),
                    self.roles(one.get("to")),
                    self.roles(one.get("review_by")),
                ],
                self.place("reports", one["name"]),
            )
            for one in self.entries("reports")
        ]
        returns = [
            (
                [self.title(one), self.rhythm(one.get("every")), self.roles(one.get("to"))],
                self.place("returns", one["name"]),
            )
            for one in self.entries("returns")
        ]
        meetings = [
            (
                [
                    self.title(one),
                    [self.rhythm(one.get("every")), self._meeting_day(one)],
                    self.roles(one.get("invite")),
                    self.named("reports", one["agenda_from"]) if one.get("agenda_from") else "",
                ],
                self.place("meetings", one["name"]),
            )
            for one in self.entries("meetings")
        ]
        often = self._("How often")
        return self.chapter(
            "reports",
            self._("Reports and meetings"),
            self.heading(self._("Reports")) if reports else None,
            self.table(
                [self._("Report"), often, self._("Who gets it"), self._("Who reads it first")], reports
            ),
            self.heading(self._("Files for a regulator")) if returns else None,
            self.table([self._("File"), often, self._("Who checks and releases it")], returns),
            self.heading(self._("Meetings")) if meetings else None,
            self.table([self._("Meeting"), often, self._("Who comes"), self._("Agenda from")], meetings),
            kinds=("reports", "returns", "meetings"),
        )

    def _meeting_day(self, meeting):
        """When a meeting takes place, as far as the policy says."""
        parts = []
        if meeting.get("held_after"):
            time = self.span(meeting["held_after"])
            parts.append(self._("%(time)s after the end of the period", time=time))
        if meeting.get("starts"):
            parts.append(self._("at %(time)s", time=meeting["starts"]))
        if meeting.get("lasts"):
            parts.append(self.span(meeting["lasts"]))
        return self.joined(parts)

    # ------------------------------------------------------------------ what is watched

    def watch(self):
        rules, rows = self.body("supervision"), []
        for check in self.entries("supervision", "checks"):
            rows.append(
                (
                    [self.title(check), str(check.get("at_most", "")), self.roles(check.get("for"))],
                    self.place("supervision", "checks", check["name"]),
                )
            )
        signed = rules.get("check_list") or {}
        lines = [self.title(line) for line in signed.get("lines") or ()]
        return self.chapter(
            "watch",
            self._("What is checked"),
            self.table(
                [self._("What must not happen"), self._("At most"), self._("Who answers for it")], rows
            ),
            self.heading(self._("The check list that is signed")) if lines else None,
            self.facts(
                [
                    (self._("How often"), self.rhythm(signed.get("every"))),
                    (self._("Who signs"), self.roles(signed.get("by"))),
                    (self._("Time for it"), self.within(signed.get("within"))),
                ]
            ),
            self.items(lines),
            kinds="supervision",
        )

    # ------------------------------------------------------------------ what is kept

    def privacy(self):
        rules = self.body("privacy")
        secret = rules.get("confidential") or {}
        return self.chapter(
            "privacy",
            self._("Personal data"),
            self.facts(
                [
                    (
                        self._("Kept after closing"),
                        rules.get("keep")
                        and self._(
                            "%(time)s; then the case stays, without personal data",
                            time=self.kept(rules["keep"]),
                        ),
                    ),
                    (
                        self._("Incoming messages as they came"),
                        rules.get("keep_raw_mail") and self.kept(rules["keep_raw_mail"]),
                    ),
                    (
                        self._("Confidential cases"),
                        secret
                        and self._(
                            "seen only by who works on them, and: %(roles)s",
                            roles=self.roles(secret["roles"]),
                        )
                        if secret.get("roles")
                        else "",
                    ),
                    (
                        self._("Confidential from the start"),
                        self.cases({"match": secret.get("match")}) if secret.get("match") else "",
                    ),
                    (self._("Customers are called"), self.hours(rules.get("calling_hours"))),
                    (
                        self._("Suggestions to management"),
                        self._("may be written without giving one's name")
                        if rules.get("anonymous_suggestions")
                        else "",
                    ),
                ]
            ),
            self.spoken(
                self.say(rules.get("notice")), self._("What customers agree to before they send a case")
            ),
            kinds="privacy",
        )
