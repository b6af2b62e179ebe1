"""Any document as a person reads it: segments named, values spelled out, loops indented."""

from x12.explain.reading import ExplainedSegment, envelope_of, explain, explain_segment
from x12.explain.values import Value

__all__ = ["ExplainedSegment", "Value", "envelope_of", "explain", "explain_segment"]
