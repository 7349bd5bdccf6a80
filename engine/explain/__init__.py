"""The reasons of one partner's decisions, as a value."""
