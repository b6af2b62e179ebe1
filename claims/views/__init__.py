"""The pages about claims."""
