"""Addresses of the practice app: /account/ (a person's own), /settings/, /operations/, /audit/."""

from django.urls import path

from practice.views import switcher

app_name = "practice"

urlpatterns = [
    path("account/practice/", switcher.switch_practice, name="switch_practice"),
]
