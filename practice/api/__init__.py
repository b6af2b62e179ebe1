"""The practice's side of the API: who asks, and the master data."""
