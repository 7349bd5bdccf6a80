"""A program in plain English: values, names, windows, conditions and everything made of them."""
