"""`mosaic`: the mosaic extension's start picture; a model refines it, alone it is a look of its own."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="mosaic",
    about="Stretches or mirrors the border into coarse tiles; a start for models, or a look of its own.",
    painters=("mosaic",),
    source="sd-webui-mosaic-outpaint (Haoming02)",
)
