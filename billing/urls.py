"""Routes of the money's pages: staff pages first, then what patients reach by the link in a letter."""

from django.urls import URLPattern

app_name = "billing"

staff: list[URLPattern] = []

public: list[URLPattern] = []

urlpatterns = [*staff, *public]
