"""How Qwen-Image-Edit's text model is shown the picture, without torchvision.

transformers' Qwen2VLProcessor also brings a reader of films, which cannot be made where torchvision is missing; a
picture needs nothing of it: the patches, and the words with one placeholder for every four patches.
"""

from pathlib import Path
from typing import Any


def processor(folder: Path) -> Any:
    """What `QwenImageEditInpaintPipeline` calls its processor, from a diffusers folder of such a model."""
    from transformers import Qwen2Tokenizer, Qwen2VLProcessor
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    class Sight(Qwen2VLProcessor):  # type: ignore[misc]
        """Of its base only the name, which diffusers asks for."""

        def __init__(self, image_processor: Any, tokenizer: Any) -> None:
            self.image_processor, self.tokenizer = image_processor, tokenizer

        def __call__(self, text: list[str], images: Any, padding: bool, return_tensors: str) -> Any:
            seen = self.image_processor(images, return_tensors=return_tensors)
            patches = int(seen["image_grid_thw"][0].prod()) // self.image_processor.merge_size**2
            words = [each.replace("<|image_pad|>", "<|image_pad|>" * patches) for each in text]
            told = self.tokenizer(words, padding=padding, return_tensors=return_tensors)
            told.update(seen)
            return told

    return Sight(
        Qwen2VLImageProcessorPil.from_pretrained(folder / "processor", local_files_only=True),
        Qwen2Tokenizer.from_pretrained(folder / "tokenizer", local_files_only=True),
    )
