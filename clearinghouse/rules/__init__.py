"""Judgments about files and days, without the database."""
