"""`fill`: models made for filling and editing, FLUX Fill and its successors; some return the photo moved."""

from outpaint.layouts.selection import LAYOUT as SELECTION
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="fill",
    about="A fill or edit model (FLUX Fill, Qwen-Image ...) paints; its answer is laid onto the photo exactly.",
    painters=("smear", "diffusion"),
    blend="aligned+colour+feather",
    settings={"steps": 50, "guidance": 0.0},
    layout=SELECTION,
    original=Original({"area": "whole picture", "scope": "decoded"}),
    source="FLUX.1 Fill (Black Forest Labs 2024) and successors",
)
