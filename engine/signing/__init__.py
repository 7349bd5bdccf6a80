"""Keys of persons and SSH signatures: see README.md in this folder."""
