"""What the demonstration does by itself while it runs; nothing where no payer in a box is named."""

from pathlib import Path

from celery import shared_task
from django.conf import settings

from demonstration import box
from demonstration.opening import HOUSES, ORGANIZATION
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope


@shared_task(name="demonstration.connect", ignore_result=True)
def connect(**_newer: object) -> None:
    """Point the demonstration's practices at the payer in a box, wherever it listens since its last start."""
    directory = settings.ENVIRONMENT.rcm_simulator_dir
    if not directory:
        return
    try:
        endpoints = box.read_endpoints(Path(directory))
    except box.BoxNotRunning:
        return
    mailboxes = {house.facts.claim_prefix: house.mailbox for house in HOUSES}
    for practice in Practice.objects.filter(organization__name=ORGANIZATION, claim_prefix__in=mailboxes):
        with practice_scope([practice.pk]):
            mailbox = mailboxes[practice.claim_prefix]
            box.connect(practice=practice, endpoints=endpoints, now=clock.now(), mailbox=mailbox)
