"""Bills to payers, for programs."""
