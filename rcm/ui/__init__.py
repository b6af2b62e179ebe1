"""What pages are made of: frame, queues, records, forms. Knows no app; each app brings its own rows."""

from rcm.ui.answers import HtmxRequest, page_or_part

__all__ = ["HtmxRequest", "page_or_part"]
