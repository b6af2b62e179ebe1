"""Addresses of the dashboards."""

from django.urls import path

from dashboards.views import overview, rows, scorecards, work

app_name = "dashboards"

urlpatterns = [
    path("dashboard/", overview.overview, name="overview"),
    path("dashboard/payers/", scorecards.payers, name="payers"),
    path("dashboard/providers/", scorecards.providers, name="providers"),
    path("dashboard/waiting/", work.work, name="waiting"),
    *(
        path(f"dashboard/{name.replace('_', '-')}/", rows.list_view(queue), name=name)
        for queue in rows.LISTS
        for name in [queue.url_name.partition(":")[2]]
    ),
]
