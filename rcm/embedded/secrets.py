"""The random passwords of one set of servers, kept beside their data.

Beside the data and not in the checkout: a project cloned again must still be able to open its database.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords of the database's superuser, owner and application, of Valkey, and Django's secret key."""

    superuser: str
    owner: str
    application: str
    valkey: str
    django: str

    @classmethod
    def beside(cls, data: Path) -> "Secrets":
        """Read the secrets kept in the folder; make them on first use, readable by us only."""
        path = data / "secrets.json"
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            made = cls(**{field.name: secrets.token_hex(32) for field in fields(cls)})
            descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(asdict(made), file)
            return made
