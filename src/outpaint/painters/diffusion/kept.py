"""The model of the last request, kept for the next window, candidate and request.

What is read from disk is the base: UNet, text encoders, its own VAE. Another VAE, LoRAs and textual inversions are
laid over it and taken off again. While somebody paints with it nothing is changed: who wants it otherwise meanwhile
gets a base of their own. One base is kept.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion import loading, loras
from outpaint.painters.diffusion.extra import free_memory, out_of_memory, quiet, torch_of
from outpaint.painters.diffusion.inversions import words_of
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.memory import too_little
from outpaint.painters.diffusion.mistaken import files_in
from outpaint.painters.diffusion.vae import vae_for

_BASE = ("model", "config", "device", "dtype", "offload")
_lock = Lock()
_kept: list["_Kept"] = []

Stamped = tuple[Path, tuple[Any, ...]]
"""A file or folder, and what tells it from a later one of the same name."""


@dataclass(frozen=True)
class _Look:
    """What is laid over a base."""

    vae: Stamped | None = None
    loras: tuple[Stamped, ...] = ()
    weights: tuple[float, ...] = ()
    words: tuple[Stamped, ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "_Look":
        """RequestError for words that cannot be read, FileError for files that are not there."""
        vae = _stamped(settings["vae"], "VAE") if settings["vae"] else None
        named = [(_stamped(path, "LoRA"), weight) for path, weight in loras.parsed(settings["loras"])]
        used = [each for each in named if each[1] != 0]
        words = filter(None, (part.strip() for part in settings["embeddings"].split(",")))
        return cls(
            vae,
            tuple(file for file, _ in used),
            tuple(weight for _, weight in used),
            tuple(_stamped(word, "textual inversion") for word in words),
        )


@dataclass(eq=False)
class _Kept:
    """base: what it was loaded by.   users: who paints with it now.   look: None at first and after a failure."""

    base: tuple[Any, ...]
    model: Model
    own_vae: Any
    users: int = 0
    look: _Look | None = None

    def put_on(self, look: _Look, settings: Mapping[str, Any]) -> None:
        """Change what differs, or all of it if there is no look, and put the whole on the device."""
        before, self.look = self.look, None
        pipe = self.model.pipe
        pipe.remove_all_hooks()  # of offloading
        if before is None or before.vae != look.vae:
            vae = vae_for(pipe, look.vae[0], settings["config"]) if look.vae else self.own_vae
            pipe.register_modules(vae=vae)
        files = [(path, weight) for (path, _), weight in zip(look.loras, look.weights, strict=True)]
        if before is None or before.loras != look.loras:
            loras.with_loras(pipe, files)
        elif before.weights != look.weights:
            loras.weigh_loras(pipe, files)
        if before is None or before.words != look.words:
            self.model = replace(self.model, words=words_of(pipe, [path for path, _ in look.words]))
        loading.place(self.model, settings["offload"])
        self.look = look


@contextmanager
def loaded(settings: Mapping[str, Any]) -> Iterator[Model]:
    """The model that the settings name, with all they lay over it, unchanged until the end of this context."""
    if not settings["model"]:
        raise RequestError(
            "the painter 'diffusion' needs a model: --model FILE.safetensors, a diffusers folder or a hub name"
        )
    loading.glance(settings)
    look = _Look.of(settings)
    torch_of()
    with _lock, quiet():
        kept = _fitting(settings, look)
        kept.users += 1
    try:
        yield kept.model
    finally:
        with _lock:
            kept.users -= 1


def wait_for(settings: Mapping[str, Any]) -> str:
    """What to say before a wait that may take long; empty if there is none."""
    name = settings["model"]
    if not settings["download"] or not loading.on_hub(name) or any(name == each.base[0] for each in _kept):
        return ""
    return f"asking the hub for {name}; what is not on this machine is downloaded now"


def forget() -> None:
    """Drop the model that is kept; while somebody paints with it, it stays until that is done."""
    with _lock:
        _let_go()


def _let_go() -> None:
    if _kept:
        _kept.clear()
        free_memory()


def _fitting(settings: Mapping[str, Any], look: _Look) -> _Kept:
    base = (*(settings[name] for name in _BASE), _stamp(settings["model"]), _stamp(settings["config"]))
    try:
        if _kept and _kept[0].base == base and (not _kept[0].users or _kept[0].look == look):
            kept = _kept[0]
        else:
            _let_go()  # before, so that never two are in memory if nobody paints
            model = loading.load(settings)
            kept = _Kept(base, model, model.pipe.vae)
            _kept.append(kept)
        if kept.look != look:
            kept.put_on(look, settings)
    except (FileError, RequestError):
        raise
    except BaseException as error:
        _let_go()
        if out_of_memory(error):
            raise too_little("to load this model") from None
        raise
    return kept


def _stamped(name: str | Path, what: str) -> Stamped:
    path = Path(name).expanduser()
    if not path.exists():
        raise FileError(f"there is no {what} file {path}")
    return path, _stamp(path)


def _stamp(name: str | Path) -> tuple[Any, ...]:
    """Times and sizes of a file, or of the files in a folder."""
    path = Path(name).expanduser()
    if not str(name) or not path.exists():
        return ()
    return tuple((str(file), (about := file.stat()).st_mtime_ns, about.st_size) for file in files_in(path))
