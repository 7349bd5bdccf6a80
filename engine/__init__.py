"""The core: language, plan, three evaluators, records and runs."""

PROJECT = "rung"
