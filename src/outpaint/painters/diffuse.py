"""`diffuse`: colours flow from the border into the unknown, in streaks (telea) or as a smooth membrane (laplace)."""

from outpaint.painters.protocol import Brief, Painter, Pixels, Setting, View


def paint(view: View, brief: Brief) -> Pixels:
    """`radius` is read by telea alone: a membrane has no scale."""
    if view.holes.all():
        raise ValueError("no pixel is known")
    if brief.settings["kind"] == "laplace":
        from outpaint.painters.diffuse_membrane import membrane

        return membrane(view.pixels, view.holes)
    from outpaint.painters.diffuse_telea import telea

    return telea(view.pixels, view.holes, int(brief.settings["radius"]))


PAINTER = Painter(
    name="diffuse",
    about="Lets the colours of the border flow into the unknown.",
    work=paint,
    settings=(
        Setting("kind", "telea", "soft streaks that go on, or a smooth membrane", choices=("telea", "laplace")),
        Setting("radius", 5, "for telea: pixels around each new one that it is made of", low=1, high=32),
    ),
    source="Telea 2004; harmonic inpainting, Chan and Shen 2001",
)
