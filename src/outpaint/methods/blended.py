"""`blended`: any text-to-image checkpoint; what is known is put back at every step."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="blended",
    about="Any Stable Diffusion checkpoint paints; the known part is put back, with its noise, at every step.",
    painters=("smear", "diffusion"),
    blend="colour+feather",
    settings={"restore": "always"},
    source="blended latent diffusion (Avrahami 2022); RePaint (Lugmayr 2022)",
)
