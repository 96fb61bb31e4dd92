"""A register and a job for tests: facts come in, the job comes when it should (or late), and what acts is
recorded."""

from dataclasses import replace
from datetime import timedelta

from complaint_policy.engine.case import Case
from complaint_policy.engine.clocks import OutOfOrder, State, step
from complaint_policy.engine.escalation import act, next_at
from complaint_policy.engine.replay import replay


class Register:
    """One case as the addon keeps it: facts in the order of their recording, and the stored state."""

    def __init__(self, policy, repricing=None):
        self.first = self.policy = policy
        self.repricing = repricing
        self.facts = []
        self.fired = []
        self.stored = State().to_json()

    @property
    def state(self):
        return State.from_json(self.stored)

    def record(self, fact):
        """A fact comes in, maybe late: then the register is read from the start."""
        state = self.state
        same = state.last is not None and state.last[0] == fact.at
        self._enter(fact)
        if fact.kind == "repriced" and self.repricing:
            self.policy = self.repricing(fact)
        try:
            step(self.policy, state, replace(fact, id=state.last[1] + 1 if same else 1))
        except OutOfOrder:
            state = self.replayed()
        self.stored = state.to_json()

    def job(self, now):
        """The job looks at the case."""
        state = self.state
        for one, facts in act(self.policy, state, now):
            self.fired.append(one)
            for fact in facts:
                self._enter(fact)
        self.stored = state.to_json()

    def wait_until(self, until):
        """A job that is never late, until just before a moment."""
        while (moment := next_at(self.policy, self.state)) is not None and moment < until:
            self.job(moment)

    def live(self, facts, until):
        """All facts in their order under a job that is never late."""
        for fact in facts:
            self.wait_until(fact.at)
            self.record(fact)
            while self.state.ladder.waiting:
                self.job(fact.at)
        self.wait_until(until + timedelta(seconds=1))

    def replayed(self):
        return replay(self.first, Case(tuple(self.facts)), None, self.repricing)

    def _enter(self, fact):
        self.facts.append(replace(fact, id=len(self.facts) + 1))

    def lines(self, zone):
        """ "rule subject day time" of all that acted."""
        return [f"{one.rule} {one.subject} {one.at.astimezone(zone):%d %H:%M}" for one in self.fired]
