"""Tools that work on a program's text and meaning before it is used to pay: for authors, reviewers and partners."""
