"""What the dashboards write: their tallies."""
