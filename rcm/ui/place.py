"""The way from a queue to a record and on to the next one: carried in the URL, checked against our queues."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from rcm.ui.queue import QUEUES


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which queue a person is. Empty for who came another way."""

    back_url: str = ""
    title: str = ""
    at: str = "0"
    query: str = ""

    @property
    def suffix(self) -> str:
        """What a link adds to take the place along: `?from=...&at=...`, or nothing."""
        return f"?{self.query}" if self.query else ""

    def next_url(self, done: str) -> str:
        """Where the queue leads after this record."""
        joint = "&" if "?" in self.back_url else "?"
        return f"{self.back_url}{joint}{urlencode({'open': 'next', 'at': self.at, 'done': done})}"


def place_of(request: HttpRequest) -> Place:
    """The queue that the request says it comes from; an address that is none of our queues is ignored."""
    given = request.POST if "from" in request.POST else request.GET
    url, at = given.get("from", ""), given.get("at", "0")
    path, _, _ = url.partition("?")
    try:
        found = QUEUES.get(resolve(path).view_name)
    except Resolver404:
        return Place()
    if found is None or not at.isdecimal() or not url.startswith("/") or url.startswith("//"):
        return Place()
    return Place(url, found.title, at, urlencode({"from": url, "at": at}))


def on_to(request: HttpRequest, done: str, otherwise: str) -> HttpResponseRedirect:
    """After the work on a record: the next one of the queue it came from, else that other page."""
    place = place_of(request)
    return redirect(place.next_url(done) if place.back_url else otherwise)
