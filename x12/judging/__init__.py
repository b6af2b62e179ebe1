"""Judging a transaction: does it keep to its guide, and do its parts agree?"""
