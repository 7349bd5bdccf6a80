"""The one course that every incentive runs, phase by phase: see `engine.compiler.course.course`."""
