"""The policy language.

YAML files -> checked, normalised policy. No Odoo, no input or output, no clock of its own.
"""

from .diagnostics import Problem, Spot, has_errors, ordered, render
from .library import Library, load

__all__ = ["Library", "Problem", "Spot", "has_errors", "load", "ordered", "render"]
