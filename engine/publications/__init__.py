"""Published programs: frozen by what they mean, and found again."""
