"""The bundled test gateway: a card processor in a box, with a page of its own and signed webhooks.

A program apart, in the manner of `clearinghouse.simulator`: it imports the standard library and the clock,
and the product knows it only over HTTP. It takes no money.
"""
