"""Names that refer to nothing."""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..references import REFERENCES, follow
from ..schema import suggestion
from ..view import Problems, View

_ANY = {"clocks": "any", "surges": "any"}  # a word that stands for all of them


def check(view: View) -> Problems:
    """References to something that does not exist."""
    for kind, ways in REFERENCES.items():
        body = view.resolved.meta if kind == "pack" else view.body(kind)
        if body is None:
            continue
        for way, target in ways:
            for name, spot in follow(body, way, body.spot):
                if name == _ANY.get(target) or view.may_exist(target, name):
                    continue
                known = view.names(target)
                args = {
                    "thing": Word(target),
                    "name": name,
                    "suggestion": suggestion(name, known),
                    "known": known,
                }
                yield Problem("P201", spot, **args)
