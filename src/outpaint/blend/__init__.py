"""Blends: one file each, found by the `BLEND` in it (see `outpaint.registry`)."""
