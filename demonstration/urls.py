"""Addresses of the demonstration."""

from django.urls import path

from demonstration import views

app_name = "demonstration"

urlpatterns = [path("demonstration/progress/", views.progress, name="progress")]
