"""Roles: each says in exactly one way who it is."""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..view import Problems, View

WAYS = ("team", "of", "departments", "group", "users")
FOUND_FROM = {  # `of` -> the roles that can be found from it
    "case": ("assignee", "complainant"),
    "customer": ("named_agent",),
    "team": ("team_leader",),
    "responsible_department": ("department_head",),
}


def check(view: View) -> Problems:
    for role in view.entries("roles"):
        ways = [way for way in WAYS if way in role]
        if len(ways) != 1:
            spot = role.key_spots[ways[1]] if ways else role.spot
            args = {"name": role["name"], "found": ways or Word("nothing"), "ways": WAYS}
            yield Problem("P215", spot, **args)
        elif ways == ["of"] and role["name"] not in FOUND_FROM[role["of"]]:
            fits = next((of for of, names in FOUND_FROM.items() if role["name"] in names), None)
            args = {
                "of": role["of"],
                "name": role["name"],
                "names": FOUND_FROM[role["of"]],
                "suggestion": fits,
            }
            yield Problem("P216", role.spots["of"], **args)
