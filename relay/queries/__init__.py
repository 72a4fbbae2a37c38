"""Bounded questions, answered in frozen views shaped for the page that asks."""
