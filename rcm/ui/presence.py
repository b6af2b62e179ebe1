"""Who else looks at a record right now: kept in the cache for a minute, where being wrong does no harm."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db.models import Model

SECONDS = 60


def arrive(record: Model, *, by: AbstractBaseUser, now: datetime) -> list[str]:
    """Note that this person looks at the record; the names of the others who did within the last minute."""
    key = f"presence:{record._meta.label}:{record.pk}"
    stamp = now.timestamp()
    here: dict[int, tuple[str, float]] = cache.get(key, {})
    here = {who: seen for who, seen in here.items() if stamp - seen[1] < SECONDS}
    others = [name for who, (name, _) in here.items() if who != by.pk]
    here[by.pk] = (getattr(by, "get_full_name", str)() or by.get_username(), stamp)
    cache.set(key, here, SECONDS)
    return others
