"""What the demonstration does by itself while it runs; nothing where no payer in a box is named."""

from pathlib import Path

from celery import shared_task
from django.conf import settings

from demonstration import box
from demonstration.opening import CLAIM_PREFIX, NAME, send_first_claims
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="demonstration.connect", ignore_result=True)
def connect(**_newer: object) -> None:
    """Point the demonstration practice at the payer in a box, wherever it listens since its last start.

    The claims it was opened with go out with the first connection; later ones wait for a biller.
    """
    directory = settings.ENVIRONMENT.rcm_simulator_dir
    practice = Practice.objects.filter(name=NAME, claim_prefix=CLAIM_PREFIX).order_by("pk").first()
    if not directory or practice is None:
        return
    try:
        endpoints = box.read_endpoints(Path(directory))
    except box.BoxNotRunning:
        return
    with practice_scope([practice.pk]):
        box.connect(practice=practice, endpoints=endpoints, now=clock.now())
        send_first_claims(practice=practice, now=clock.now())
