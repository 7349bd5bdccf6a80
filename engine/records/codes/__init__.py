"""Every kind of finding about feeds (6xx) and records (7xx), each with the page `rung explain` shows."""
