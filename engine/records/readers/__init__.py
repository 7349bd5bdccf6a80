"""Reading foreign source files: a CSV, XLSX, JSON Lines or Parquet file becomes a relation of texts.

`stage.stage_source` is the only entry point. It never guesses: how a file is written comes from the
feed mapping (`Layout`), and a file in another form is refused with the place. Every value stays the text of the file;
nothing passes through a float.

Nothing is imported here: a command that only names a layout loads no reader.
"""
