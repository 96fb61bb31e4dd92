"""The shop of `policy_files` with every kind of file, to be broken in one place."""

from textwrap import dedent

from policy_files import files

MORE = {
    "approvals": "kind: approvals\napprovals: [{name: more_time, steps: [{by: boss}]}]\n",
    "extensions": """\
        kind: extensions
        extensions:
          - {name: longer, clocks: [legal], by: 15cd, at_most: 30cd, approval: more_time, tell: [assignee],
             require: [reason], rule: Art. 7}
        """,
    "causes": "kind: causes\ncauses: [{name: people, children: [{name: rude}]}, {name: product}]\n",
    "remedies": "kind: remedies\nremedies: [{name: apology}, {name: refund, amount: true}]\n",
    "messages": """\
        kind: messages
        messages:
          - {name: delay, before_due: 2h, clocks: [solution], template: new_date}
          - {name: reply, match: {complexity: simple}, on: received, wording: You hear from us within 3 days.}
        """,
    "surveys": """\
        kind: surveys
        surveys:
          - name: ask
            questions: [{name: all, scale: 5},
                        {name: recommend, nps: true}, {name: words, text: true, optional: true}]
            satisfied: {min: 4}
            dissatisfied: {max: 2}
        """,
    "callbacks": """\
        kind: callbacks
        plans:
          - {name: result, for: case, after: communicated, within: 7d, by: intake, method: phone, survey: ask,
             then: {dissatisfied: {reopen: working, at_most: 2, then: {escalate: top}}}}
          - {name: sample, for: case, every: month, sample: 10%, of: closed, by: intake, method: phone,
             survey: ask, pass: 85%}
          - {name: care, for: customer, every: 180d, method: mail, survey: ask}
        contact_cap: {contacts: 2, per: 30d}
        """,
    "incentives": """\
        kind: incentives
        schemes:
          - name: desk
            period: month
            who: {role: intake}
            score: average
            rules:
              - {name: late, when: {clock: any, breached: true}, points: -4}
            fair: {min_cases: 10, below_min: no_grade}
            grades:
              - {name: good, min: 500, reward: 300}
              - {name: fair, min: 0}
              - {name: poor, consequence: training}
            budget: 1000
        """,
    "kpis": """\
        kind: kpis
        kpis:
          - {name: csat, target: 90%}
          - {name: speed, measure: average_handling_time, target: 24h, lower_is_better: true}
          - {name: complaint_rate, lower_is_better: true,
             benchmark: {value: 2.1, source: study, date: "2026-06-30"}}
        """,
    "reports": "kind: reports\nreports: [{name: numbers, every: month, to: boss}]\n",
    "returns": """\
        kind: returns
        returns: [{name: file, every: quarter, to: boss, columns: [{column: number}, {column: received}]}]
        """,
    "meetings": """\
        kind: meetings
        meetings: [{name: review, every: quarter, invite: boss, agenda_from: numbers}]
        """,
    "surges": """\
        kind: surges
        surges: [{name: same, group_by: [category], count: 20, within: 2h, do: [{notify: boss}]}]
        """,
    "assignment": """\
        kind: assignment
        assignment:
          by: least_loaded
          named_agent_first: true
          weight: {severity: {high: 2}}
          handovers: {at_most: 4, then: {escalate: top}}
        """,
    "workload": """\
        kind: workload
        workload:
          average_per_agent_and_day: 50
          cover: [{channel: chat, hours: {mon-fri: ["09:00-11:00", "14:00-17:00"]}, agents: 2}]
        """,
    "quality": """\
        kind: quality
        samples:
          - {name: calls, every: month, of: {channel: phone}, share: 10%, by: boss, card: [greeting, ending],
             pass: 80%}
        """,
    "supervision": """\
        kind: supervision
        checks:
          - {name: skipped, what: skipped_step, at_most: 0}
          - {name: waited, what: saved_by_pause, pause: 50%, for: boss}
          - {name: ignored, what: open_escalation, longer_than: 3d}
        check_list: {every: month, by: boss, within: 5bd, overdue: {notify: boss},
                     lines: [{name: steps, finding: skipped}, {name: people}]}
        """,
    "training": "kind: training\npass_rate: 95%\n"
    "courses: [{name: basics, for: intake, exam: {cases: 3, pass: 80%}}]\n",
    "privacy": """\
        kind: privacy
        privacy:
          {keep: 3y, then: anonymise, confidential: {roles: boss}, calling_hours: {daily: ["09:00-20:00"]}}
        """,
}


def changed(kind: str, old: str, new: str) -> dict[str, bytes]:
    """The shop with all kinds and one text replaced by another in one file."""
    text = dedent(MORE[kind])
    assert text.count(old) >= 1, f"{old!r} is not in {kind}.yaml"
    return files(**{**MORE, kind: text.replace(old, new, 1)})
