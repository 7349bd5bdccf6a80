"""Runs: evaluated programs, stored permanently, rechecked and replayed."""
