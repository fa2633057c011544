"""Painters: one file or folder each. A module with a `PAINTER` in it is found by itself (see `registry`)."""
