"""`smear`: the blurred fill that webuis start from, with grain so that it does not look like plastic."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="smear",
    about="Lets the border's colours run outwards, blurred more and more.",
    painters=("smear",),
    blend="poisson+grain",
    source='masked content "fill" of the Stable Diffusion webui',
)
