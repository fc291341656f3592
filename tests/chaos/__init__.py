"""Delivery under faults: ``python -m tests.chaos`` prints what became of every message."""
