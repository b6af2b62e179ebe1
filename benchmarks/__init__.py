"""What is measured, and how. README.md has the figures."""
