"""Addresses of the demonstration."""

from django.urls import path

from demonstration import views

app_name = "demonstration"

urlpatterns = [
    path("demonstration/progress/", views.progress, name="progress"),
    path("demonstration/tour/", views.tour, name="tour"),
    path("demonstration/tour/<int:number>/", views.stop, name="stop"),
    path("demonstration/tour/<int:number>/card/", views.card, name="card"),
]
