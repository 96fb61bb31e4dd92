"""Plain ``pytest`` in the checkout finds its helpers here; scripts/test names the plugin itself."""

pytest_plugins = ["complaint_pytest"]
