"""Runs: evaluated programs, kept for good, rechecked and replayed."""
