"""The reference evaluator: short, obvious Python that defines what a Plan means."""
