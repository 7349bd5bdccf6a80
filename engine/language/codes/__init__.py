"""Every kind of finding about a program, by family, each with the page `rung explain` shows."""
