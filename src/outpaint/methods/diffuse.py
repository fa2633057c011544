"""`diffuse`: a smooth surface over the hole, for skies, backdrops and scratches."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="diffuse",
    about="Continues colours smoothly, then adds the photo's grain; for skies, backdrops and scratches.",
    painters=("diffuse",),
    blend="grain",
    source="Telea 2004; harmonic inpainting",
)
