"""What denials does when something else has happened. Every handler may run twice."""
