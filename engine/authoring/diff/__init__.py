"""Two programs compared by what they mean, and the programs between them."""
