from . import policy_owned, term, category, stage, channel, team, release  # isort: skip
from . import apply, export, enterprise, first_release  # isort: skip
from . import of_ticket, release_reading, event, milestone, sequence  # isort: skip
from . import ticket, ticket_stages, ticket_register, ticket_entry  # isort: skip
from . import ticket_mail, ticket_actions, ticket_portal  # isort: skip
from . import release_cases, what_if, dry_run, repricing, saved_plan, helpdesk_export, demo  # isort: skip
from . import draft, draft_preview, draft_release, policy_disk, release_schedule  # isort: skip
