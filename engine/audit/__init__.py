"""Whether everything in a workspace is what it was."""
