"""What the dashboards keep, so that a year need not be counted for every page."""

from dashboards.models.tally import TalliedDay, Tally, TouchedDay

__all__ = ["TalliedDay", "Tally", "TouchedDay"]
