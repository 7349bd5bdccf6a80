"""The standard layout of a file: order of keys, spacing, quotes, with every comment at its place."""
