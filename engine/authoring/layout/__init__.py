"""The one way a file is laid out: order of keys, spacing, quotes, with every comment where it belongs."""
