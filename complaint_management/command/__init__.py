"""The command line: `complaint-policy validate | test | simulate`, without Odoo. One verb a module."""
