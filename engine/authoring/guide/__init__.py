"""The guide that a vendor sends to its partners, as data."""
