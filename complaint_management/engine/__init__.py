"""The engine: a policy, the facts of a case and a time give clocks, deadlines and consequences.

How to use
    ``Policy.load(normalised)`` prepares what the language compiled; ``replay(policy, Case(events), now)``
    folds the facts into a ``State`` with its clocks; ``step(policy, state, event)`` adds one fact to a
    stored state; ``consequences(policy, case, now)`` lists what the escalation rules did until then.

How it works
    Nothing here reads a file, a database or the time of day. Times are aware UTC datetimes of whole seconds
    and come in as arguments, so the web server, a job, the command line and a test get the same answer.
"""
