"""`tiles`: the start picture of the mosaic extension alone, a look of its own; `mosaic` lets a model refine it."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="tiles",
    about="Stretches or mirrors the border into coarse tiles, a look of its own.",
    painters=("mosaic",),
    source="sd-webui-mosaic-outpaint (Haoming02)",
)
