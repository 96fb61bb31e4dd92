from . import case_entry, fact, policy_apply, policy_change, policy_compare, reprice
