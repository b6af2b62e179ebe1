"""Addresses of the practice app: /account/ (a person's own), /settings/, /operations/, /audit/."""

from django.urls import path

from practice.views import account, frame, switcher

app_name = "practice"

urlpatterns = [
    path("", frame.start, name="start"),
    path("account/", account.profile, name="account"),
    path("account/session/", account.session, name="session"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="end_session"),
    path("account/sessions/others/end/", account.end_other_sessions, name="end_other_sessions"),
    path("account/practice/", switcher.switch_practice, name="switch"),
    path("rail/", frame.rail, name="rail"),
    path("search/", frame.search, name="search"),
    path("views/", frame.save_filter, name="save_filter"),
    path("views/<uuid:public_id>/removal/", frame.forget_filter, name="forget_filter"),
    path("work/<uuid:public_id>/", frame.work, name="work"),
    path("help/", frame.help_page, name="help"),
    path("components/", frame.components, name="components"),
]
