"""What works on a program's text and meaning before anybody is paid by it: for authors, reviewers and partners."""
