"""What can be proved of a program before any record is read: see README.md."""
