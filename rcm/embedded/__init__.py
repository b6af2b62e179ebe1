"""PostgreSQL and Valkey from their own binaries, and the programs of the project under one supervisor.

For demonstration, development and tests; production runs docker-compose.yml. Runs inside the environment.
"""
