"""What the figures are counted from, and how."""
