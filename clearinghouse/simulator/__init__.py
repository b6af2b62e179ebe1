"""A clearinghouse and its payers in a box: a separate program with an SFTP and a CORE HTTP server.

It knows X12 (`x12`), the shared demonstration clock (`rcm.clock`) and nothing of the product or its database.
Start it with `python -m clearinghouse.simulator`; see `program` for its settings and `plans` for the payers.
"""
