"""Patients, their coverage and their visits, for programs."""
