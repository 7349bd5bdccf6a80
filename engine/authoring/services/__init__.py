"""What an editor asks of a text: pure answers to a text and a place in it."""
