"""What stands between a bare Python and a running project: standard library only, for any Python 3.11+.

Nothing here may import Django, a driver or an app: these modules run before the environment exists.
"""
