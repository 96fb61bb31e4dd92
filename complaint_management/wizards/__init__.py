from . import case_entry, fact
