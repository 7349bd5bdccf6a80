"""One module for each form of what people read."""
