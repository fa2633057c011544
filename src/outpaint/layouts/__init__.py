"""Layouts: how a method cuts its windows, one file each; a method names one as data, the planner runs it."""
