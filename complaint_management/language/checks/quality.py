"""Quality samples: somebody is there to review and to decide, and not every score needs a reason."""

from __future__ import annotations

from ...engine.policy import as_list
from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems, View

_NOBODY = ("case", "customer", "responsible_department")


def check(view: View) -> Problems:
    of = {role["name"]: role.get("of") for role in view.entries("roles")}
    for sample in view.entries("quality", "samples"):
        for key in ("by", "objections_by"):
            for role in as_list(sample.get(key)):
                if of.get(role) in _NOBODY:
                    yield Problem("P516", sample.spots[key], name=sample["name"], role=role)
        yield from _remarks(sample)


def _remarks(sample: MapNode) -> Problems:
    least = sample.get("remark_up_to")
    if least is not None and least >= sample.get("scale", 1):
        yield Problem("P517", sample.spots["remark_up_to"], name=sample["name"], least=least)
