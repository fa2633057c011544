"""`sd-inpaint`: an inpainting checkpoint, as the webui's Inpaint tab drives it."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="sd-inpaint",
    about="A Stable Diffusion inpainting checkpoint paints the new part and sees the photo while it does.",
    painters=("smear", "diffusion"),
    blend="feather",
    source="Inpaint of the Stable Diffusion webui; runwayml/stable-diffusion-inpainting",
)
