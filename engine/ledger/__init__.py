"""The ledger: what is owed and paid, each difference once."""
