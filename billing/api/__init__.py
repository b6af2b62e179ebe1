"""Money from payers and patients, for programs."""
