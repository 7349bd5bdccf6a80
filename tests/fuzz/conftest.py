"""The harness is no test: importing it instruments the code for fuzzing, and needs atheris."""

collect_ignore = ["harness.py"]
