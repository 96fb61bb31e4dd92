# Odoo's runner finds test modules by the names in this package. The core's tests run without Odoo and must
# not pull it in.
if __name__.startswith("odoo.addons."):
    from .addon import (
        test_apply,
        test_cli,
        test_complaint_form,
        test_gateway_over_http,
        test_hooks,
        test_mail_gateway,
        test_ordinary_tickets,
        test_ownership,
        test_plan,
        test_portal_access,
        test_portal_page,
        test_query_counts,
        test_register,
        test_release,
        test_replay,
        test_tours,
        test_two_companies,
        test_two_writers,
    )
