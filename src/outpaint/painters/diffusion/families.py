"""Which class of diffusers inpaints with a folder's parts, and how it is called: a table of our own.

AutoPipelineForInpainting misses Fill, Chroma, klein and others, so it is not asked.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """pipeline: the class.   ours: sampled by this package's own loop (Stable Diffusion 1, 2, XL).

    multiple: sizes are multiples of this.   side: of the pictures it was trained with.
    guidance: the name of the argument that weighs the prompt.
    """

    pipeline: str
    ours: bool = False
    multiple: int = 16
    side: int = 1024
    guidance: str = "guidance_scale"


_SD = Family("StableDiffusionInpaintPipeline", ours=True)
_XL = Family("StableDiffusionXLInpaintPipeline", ours=True)
_SD3 = Family("StableDiffusion3InpaintPipeline")
_FLUX = Family("FluxInpaintPipeline")
_KONTEXT = Family("FluxKontextInpaintPipeline")
_KLEIN = Family("Flux2KleinInpaintPipeline")
_QWEN = Family("QwenImageInpaintPipeline", guidance="true_cfg_scale", side=1328)
_EDIT = Family("QwenImageEditInpaintPipeline", guidance="true_cfg_scale")
_IMAGE = Family("ZImageInpaintPipeline")
_CHROMA = Family("ChromaInpaintPipeline")

FAMILIES: dict[str, Family] = {
    "StableDiffusionPipeline": _SD,
    "StableDiffusionInpaintPipeline": _SD,
    "StableDiffusionImg2ImgPipeline": _SD,
    "StableDiffusionXLPipeline": _XL,
    "StableDiffusionXLInpaintPipeline": _XL,
    "StableDiffusionXLImg2ImgPipeline": _XL,
    "StableDiffusion3Pipeline": _SD3,
    "StableDiffusion3InpaintPipeline": _SD3,
    "FluxPipeline": _FLUX,
    "FluxInpaintPipeline": _FLUX,
    "FluxFillPipeline": Family("FluxFillPipeline"),
    "FluxKontextPipeline": _KONTEXT,
    "FluxKontextInpaintPipeline": _KONTEXT,
    "Flux2KleinPipeline": _KLEIN,
    "Flux2KleinInpaintPipeline": _KLEIN,
    "QwenImagePipeline": _QWEN,
    "QwenImageInpaintPipeline": _QWEN,
    "QwenImageEditPipeline": _EDIT,
    "QwenImageEditInpaintPipeline": _EDIT,
    "ZImagePipeline": _IMAGE,
    "ZImageInpaintPipeline": _IMAGE,
    "ChromaPipeline": _CHROMA,
    "ChromaInpaintPipeline": _CHROMA,
}
"""The `_class_name` of a folder's model_index.json to the class that paints."""
