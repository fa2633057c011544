"""`mirror`: the photo reflected at its border, the cheapest bleed for print."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="mirror",
    about="Reflects the photo at its border; what print shops do for bleed.",
    painters=("mirror",),
)
