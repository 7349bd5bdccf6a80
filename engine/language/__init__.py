"""From program text to a typed, checked `Program`."""
