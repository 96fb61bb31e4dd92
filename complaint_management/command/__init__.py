"""The command line: `complaint-policy validate | test | explain | simulate | diff | schema`, without Odoo.

One verb a module.
"""
