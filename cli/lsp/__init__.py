"""The editor server: open texts, and answers about them in the protocol's words."""
