"""Payment files: a pure function of what is to be paid."""
