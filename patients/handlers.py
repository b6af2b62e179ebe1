"""What patients does when something else has happened. Every handler may run twice."""
