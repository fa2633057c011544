"""What people give for a model by mistake, told from a file's first bytes and a folder's names; no torch needed."""

from pathlib import Path

from outpaint.errors import FileError

_STARTS = {
    b"version https://git-lfs": "is only a pointer of git-lfs; fetch the model itself with: git lfs pull",
    b"GGUF": "is a GGUF file, which cannot be read here; give the .safetensors file or the diffusers folder",
    b"<!doctype html": "is a web page, not a model; download the file itself",
    b"<html": "is a web page, not a model; download the file itself",
}
_ENDINGS = {
    ".gguf": _STARTS[b"GGUF"],
    ".onnx": "is an ONNX file, which cannot be read here; give the .safetensors file or the diffusers folder",
    ".msgpack": "is a Flax file, which cannot be read here; give the .safetensors file or the diffusers folder",
}


def refuse(path: Path) -> None:
    """FileError with what to do for a file or folder that is certainly something else."""
    if path.is_dir():
        _refuse_folder(path)
    elif path.is_file():
        _refuse_file(path)


def _refuse_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(32)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    if not start:
        raise FileError(f"{path} is empty; download it again")
    for sign, words in _STARTS.items():
        if start.lower().startswith(sign.lower()):
            raise FileError(f"{path} {words}")
    if path.suffix.lower() in _ENDINGS:
        raise FileError(f"{path} {_ENDINGS[path.suffix.lower()]}")
    if path.suffix.lower() == ".safetensors" and start.startswith(b"PK"):
        raise FileError(f"{path} is a .ckpt file under another name; rename it to {path.stem}.ckpt")


def _refuse_folder(path: Path) -> None:
    files = files_in(path)
    endings = {file.suffix.lower() for file in files}
    for file in files:
        if file.suffix.lower() in (".safetensors", ".bin") and file.stat().st_size < 1000:
            _refuse_file(file)
    for ending in () if endings & {".safetensors", ".bin"} else endings & set(_ENDINGS):
        raise FileError(f"{path} {_ENDINGS[ending].replace('file', 'folder', 1)}")


def files_in(path: Path) -> list[Path]:
    """A file alone, or those of a diffusers folder and its parts; no deeper, should it be somebody's home."""
    found = [path] if path.is_file() else [*path.glob("*"), *path.glob("*/*")]
    return sorted(file for file in found if file.is_file())
