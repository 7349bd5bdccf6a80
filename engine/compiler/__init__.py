"""From a typed program to a Plan at a date. Evaluators know the Plan and nothing of this room."""
