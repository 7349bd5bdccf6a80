"""The shell: commands and renderers."""

PROJECT = "rung"
