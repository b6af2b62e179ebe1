"""Pages of the practice app: a person's own account, settings, operations and the audit search."""
