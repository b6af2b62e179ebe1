"""The pages about what was exchanged."""
