from . import (
    case_entry,
    escalation,
    fact,
    hand_in,
    intake,
    mail_ignore,
    policy_apply,
    policy_change,
    policy_compare,
    reprice,
    settle,
    why,
)

from . import handover, write_to  # isort: skip
from . import move  # isort: skip
from . import solution_answer, solution_decision  # isort: skip
from . import extend  # isort: skip
from . import quality  # isort: skip
from . import report_make  # isort: skip
