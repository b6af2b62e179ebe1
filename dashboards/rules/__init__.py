"""What the figures mean, and the arithmetic of spans and weeks: pure."""

from dashboards.rules.aging import BUCKETS, Bucket, bucket_of
from dashboards.rules.figures import FIGURES, Figure, Unit, figure
from dashboards.rules.series import Daily, Ratio, summed
from dashboards.rules.spans import WEEKS, Span, last_weeks, periods, runs, span_of

__all__ = [
    "BUCKETS",
    "FIGURES",
    "WEEKS",
    "Bucket",
    "Daily",
    "Figure",
    "Ratio",
    "Span",
    "Unit",
    "bucket_of",
    "figure",
    "last_weeks",
    "periods",
    "runs",
    "span_of",
    "summed",
]
