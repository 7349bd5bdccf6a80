"""The vocabulary: how each section and each kind becomes Plan nodes."""

PROJECT = "rung"
