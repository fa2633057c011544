"""`edge`: what webuis call resize and fill, with the photo anywhere, not only in the middle."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="edge",
    about="Repeats the border outwards; exact for flat and striped pictures.",
    painters=("edge",),
    source='"Resize and fill" of the Stable Diffusion webui',
)
