"""Cases of a program: a partner's records, a day, and what must be decided."""
