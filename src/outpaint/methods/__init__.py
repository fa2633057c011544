"""Methods: one short file each, found by the `METHOD` in it (see `outpaint.registry`)."""
