"""The pages about denials."""
