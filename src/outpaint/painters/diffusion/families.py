"""Which class of diffusers inpaints with a folder's parts, and how it is called: a table of our own.

AutoPipelineForInpainting misses Fill, Kontext, Chroma, klein and others, so it is not asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outpaint.painters.diffusion.sight import processor


@dataclass(frozen=True)
class Family:
    """pipeline: the class.   ours: sampled by this package's own loop (Stable Diffusion 1, 2, XL).

    multiple: sizes are multiples of this, and tokens that long.   side: of the pictures it was trained with.
    guidance: the name of the argument that weighs the prompt.
    cell: of its mask, in pixels; 1: it reads every one.
    shrinks: its class makes a picture of more than side x side smaller, so it cannot be larger than a window.
    eight_bit: its class takes Pillow's pictures only.
    given: what its class is told beside the folder.   made: parts of our own, each made from the folder.
    lacking: settings that its pipeline asks for and its transformer does not have.
    raw: its latents are decoded by us; SD3's class forgets the VAE's shift (huggingface/diffusers#13611).
    """

    pipeline: str
    ours: bool = False
    multiple: int = 16
    side: int = 1024
    guidance: str = "guidance_scale"
    cell: int = 8
    shrinks: bool = False
    eight_bit: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, Callable[[Path], Any]] = field(default_factory=dict)
    lacking: Mapping[str, Any] = field(default_factory=dict)
    raw: bool = False


_SD = Family(
    "StableDiffusionInpaintPipeline", ours=True, given={"safety_checker": None, "requires_safety_checker": False}
)
_XL = Family("StableDiffusionXLInpaintPipeline", ours=True)
_SD3 = Family("StableDiffusion3InpaintPipeline", raw=True)
_FLUX = Family("FluxInpaintPipeline")
_KONTEXT = Family("FluxKontextInpaintPipeline")
_KLEIN = Family("Flux2KleinInpaintPipeline", cell=16, shrinks=True)
_QWEN = Family("QwenImageInpaintPipeline", guidance="true_cfg_scale", side=1328)
_EDIT = Family(
    "QwenImageEditInpaintPipeline",
    guidance="true_cfg_scale",
    shrinks=True,
    eight_bit=True,
    made={"processor": processor},
)
_Z_IMAGE = Family("ZImageInpaintPipeline")
_CHROMA = Family("ChromaInpaintPipeline", lacking={"guidance_embeds": False})

FAMILIES: dict[str, Family] = {
    "StableDiffusionPipeline": _SD,
    "StableDiffusionInpaintPipeline": _SD,
    "StableDiffusionImg2ImgPipeline": _SD,
    "StableDiffusionXLPipeline": _XL,
    "StableDiffusionXLInpaintPipeline": _XL,
    "StableDiffusionXLImg2ImgPipeline": _XL,
    "StableDiffusion3Pipeline": _SD3,
    "StableDiffusion3Img2ImgPipeline": _SD3,
    "StableDiffusion3InpaintPipeline": _SD3,
    "FluxPipeline": _FLUX,
    "FluxImg2ImgPipeline": _FLUX,
    "FluxInpaintPipeline": _FLUX,
    "FluxFillPipeline": Family("FluxFillPipeline", cell=1),
    "FluxKontextPipeline": _KONTEXT,
    "FluxKontextInpaintPipeline": _KONTEXT,
    "Flux2KleinPipeline": _KLEIN,
    "Flux2KleinInpaintPipeline": _KLEIN,
    "QwenImagePipeline": _QWEN,
    "QwenImageImg2ImgPipeline": _QWEN,
    "QwenImageInpaintPipeline": _QWEN,
    "QwenImageEditPipeline": _EDIT,
    "QwenImageEditPlusPipeline": _EDIT,
    "QwenImageEditInpaintPipeline": _EDIT,
    "ZImagePipeline": _Z_IMAGE,
    "ZImageImg2ImgPipeline": _Z_IMAGE,
    "ZImageInpaintPipeline": _Z_IMAGE,
    "ChromaPipeline": _CHROMA,
    "ChromaImg2ImgPipeline": _CHROMA,
    "ChromaInpaintPipeline": _CHROMA,
}
"""The `_class_name` of a folder's model_index.json to the class that paints."""
