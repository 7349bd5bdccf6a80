"""From a vendor's files to checked records in a snapshot.

`parse_feed` and `check_feed` read the mapping, `import_feed` reads the files and writes the
snapshot, `open_snapshot` finds it again. The heavy imports happen in the modules below.
"""
