"""From settings to a model: its kind of file found out, read and put where it runs. Nothing is laid over it yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion import mistaken, single_file
from outpaint.painters.diffusion.detect import kind_of, shapes_of
from outpaint.painters.diffusion.extra import first_line, out_of_memory, torch_of
from outpaint.painters.diffusion.families import FAMILIES, Family
from outpaint.painters.diffusion.prediction import Clues
from outpaint.painters.diffusion.threads import make_independent
from outpaint.painters.diffusion.weights import is_single_file


@dataclass(frozen=True, eq=False)
class Model:
    """A diffusers pipeline, not changed while somebody paints with it.

    family: None for Stable Diffusion 1, 2 and XL, whose sampling is ours; else how diffusers' own is called.
    words: textual inversions by lower-case name, the vectors of each for every text encoder.
    """

    pipe: Any
    device: Any
    family: Family | None = None
    words: Mapping[str, list[Any]] = field(default_factory=dict)

    @property
    def cell(self) -> int:
        """Pixels a latent cell covers along one axis."""
        return int(self.pipe.vae_scale_factor)

    @property
    def multiple(self) -> int:
        """Sides are multiples of this many pixels: the UNet halves the latents between its levels."""
        if self.family:
            return self.family.multiple
        return int(self.cell * 2 ** (len(self.pipe.unet.config.block_out_channels) - 1))

    @property
    def side(self) -> int:
        """The side in pixels of the pictures it was trained with."""
        if self.family:
            return self.family.side
        return int(self.pipe.unet.config.sample_size) * self.cell

    @property
    def xl(self) -> bool:
        return hasattr(self.pipe, "text_encoder_2") and self.family is None


def glance(settings: Mapping[str, Any]) -> None:
    """FileError for what a glance at the files tells, before seconds are spent on importing torch."""
    path = Path(settings["model"]).expanduser()
    mistaken.refuse(path)
    if is_single_file(path) and not path.is_file():
        raise FileError(f"there is no file {path}; name an existing .safetensors or .ckpt file, or a folder")
    if path.suffix.lower() == ".safetensors" and path.is_file():
        kind_of(shapes_of(path), Clues(path.name))


def on_hub(name: str) -> bool:
    """Whether it is a name of the hub and none of a file or folder."""
    path = Path(name).expanduser()
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and not path.exists()


def load(settings: Mapping[str, Any]) -> Model:
    """The bare model that the settings name."""
    device = device_of(settings["device"])
    dtype = dtype_of(settings["dtype"], device)
    name, path = settings["model"], Path(settings["model"]).expanduser()
    family = None
    if path.is_dir():
        pipe, family = _folder(path, settings["dtype"], device)
    elif is_single_file(path):
        pipe = single_file.load(path, settings["config"], dtype)
    elif path.exists():
        raise FileError(f"{path} is neither a .safetensors or .ckpt file nor a diffusers folder")
    else:
        pipe, family = _hub(name, settings["download"], settings["dtype"], device)
    pipe.set_progress_bar_config(disable=True)
    return Model(pipe, device, family)


def place(model: Model, offload: str) -> None:
    """Put all its parts where they run, those too that were laid over it since the last time."""
    torch, pipe = torch_of(), model.pipe
    for part in pipe.components.values():
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False).eval()
            if model.device.type == "cpu":
                make_independent(part)
    if offload == "none" or model.device.type == "cpu":
        pipe.to(model.device)
    elif offload == "model":
        pipe.enable_model_cpu_offload(device=model.device)
    else:
        pipe.enable_sequential_cpu_offload(device=model.device)


def _folder(path: Path, dtype: str, device: Any) -> tuple[Any, Family | None]:
    """A pipeline from a diffusers folder, as the class that inpaints with its parts."""
    import json

    import diffusers

    index = path / "model_index.json"
    if not index.is_file():
        raise FileError(f"{path} has no model_index.json; give a diffusers folder that has one, or a single file")
    try:
        name = str(json.loads(index.read_text("utf-8"))["_class_name"])
    except (ValueError, KeyError, TypeError):
        raise FileError(f"{index} is damaged; download the model again") from None
    if name not in FAMILIES:
        raise FileError(f"{path} is a {name}, which cannot paint here; known: {', '.join(sorted(FAMILIES))}")
    family = FAMILIES[name]
    precision = dtype_of(dtype, device, family.ours)
    try:
        given = {**family.given, **{part: make(path) for part, make in family.made.items()}}
        cls = getattr(diffusers, family.pipeline)
        pipe = cls.from_pretrained(path, dtype=precision, variant=_variant(path), local_files_only=True, **given)
    except Exception as error:  # those of every format come through
        if out_of_memory(error):
            raise
        raise FileError(
            f"{path} cannot be loaded as {family.pipeline}; download it again or name another: {first_line(error)}"
        ) from None
    if family.lacking:
        pipe.transformer.register_to_config(**family.lacking)
    return pipe, None if family.ours else family


def _variant(path: Path) -> str | None:
    """fp16 for a folder whose files are all named so, as many downloads are."""
    names = [file.name for file in mistaken.files_in(path) if file.suffix in (".safetensors", ".bin")]
    return "fp16" if names and all(".fp16." in name for name in names) else None


def _hub(name: str, download: bool, dtype: str, device: Any) -> tuple[Any, Family | None]:
    """A folder of the hub's cache; it is only asked for over the network if that is wanted."""
    import diffusers

    if not on_hub(name):
        raise FileError(
            f"there is no model {name}; name a .safetensors or .ckpt file, a diffusers folder or OWNER/NAME"
        )
    try:
        where = diffusers.DiffusionPipeline.download(name, local_files_only=not download)
    except Exception as error:  # the hub's client has many, and its HTTP library more
        if not download:
            raise FileError(f"the model {name} is not on this machine; download it with --set download=yes") from None
        raise FileError(f"the model {name} could not be downloaded: {first_line(error)}") from None
    return _folder(Path(where), dtype, device)


def device_of(name: str) -> Any:
    """A torch device; auto takes what is there. RequestError for one that is not."""
    torch = torch_of()
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise RequestError(
            f"there is no device {name!r} on this machine; leave it out or use --set device=cpu"
        ) from None
    if device.type == "meta":
        raise RequestError("nothing can be painted on the device 'meta'; use --set device=cpu")
    return device


def dtype_of(name: str, device: Any, ours: bool = True) -> Any:
    """`ours`: Stable Diffusion 1, 2 and XL run in half precision; the others are made for bf16 and overflow there."""
    torch = torch_of()
    if name == "auto":
        name = "fp32" if device.type == "cpu" else "fp16" if ours else "bf16"
    if name == "fp16" and device.type == "cpu":
        raise RequestError("fp16 does not run on the CPU; use --set dtype=bf16 or fp32")
    return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[name]
