# The repository root is the addon. Tools that import it under another name (pytest collecting the core's
# tests, a wheel
# build) must not pull in Odoo, so only Odoo's own import loads the models.
if __name__.startswith("odoo.addons."):
    from .complaint_management import controllers, models, wizards
    from .complaint_management.hooks import post_init_hook, pre_init_hook, uninstall_hook
