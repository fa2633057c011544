"""`diffuse`: colours flow into the unknown: in streaks (telea, ns) or as a smooth membrane (laplace)."""

from outpaint.painters.protocol import Brief, Painter, Pixels, Setting, View


def paint(view: View, brief: Brief) -> Pixels:
    """`radius` is not read by laplace: a membrane has no scale."""
    if view.holes.all():
        raise ValueError("no pixel is known")
    if brief.settings["kind"] == "laplace":
        from outpaint.painters.diffuse_membrane import membrane

        return membrane(view.pixels, view.holes)
    if brief.settings["kind"] == "ns":
        from outpaint.painters.diffuse_ns import navier_stokes

        return navier_stokes(view.pixels, view.holes, int(brief.settings["radius"]))
    from outpaint.painters.diffuse_telea import telea

    return telea(view.pixels, view.holes, int(brief.settings["radius"]))


PAINTER = Painter(
    name="diffuse",
    about="Lets the colours of the border flow into the unknown.",
    work=paint,
    settings=(
        Setting(
            "kind",
            "telea",
            "soft streaks that go on, lines of equal light that go on, or a smooth membrane",
            choices=("telea", "ns", "laplace"),
        ),
        Setting("radius", 5, "for telea and ns: pixels around each new one that it is made of", low=1, high=32),
    ),
    source="Telea 2004; Bertalmio, Bertozzi and Sapiro 2001; harmonic inpainting, Chan and Shen 2001",
)
