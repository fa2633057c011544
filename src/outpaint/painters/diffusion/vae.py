"""Another VAE for a model."""

from pathlib import Path
from typing import Any

from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion import single_file
from outpaint.painters.diffusion.extra import first_line


def vae_for(pipe: Any, path: Path, config: str) -> Any:
    """The VAE of a file or a diffusers folder, in this pipeline's precision; FileError if it does not fit."""
    own = pipe.vae
    if not hasattr(pipe, "unet"):
        raise RequestError(f"another VAE is for Stable Diffusion 1, 2 and XL only; leave out --set vae={path}")
    if path.is_dir():
        vae = _from_folder(path / "vae" if (path / "vae").is_dir() else path, own.dtype)
    else:
        vae = single_file.load_vae(path, config, "sdxl" if hasattr(pipe, "text_encoder_2") else "sd1", own.dtype)
    has, wants = ((each.config.latent_channels, len(each.config.block_out_channels)) for each in (vae, own))
    if has != wants:
        raise FileError(
            f"the VAE {path} is made for another kind of model: {has[0]} channels and {has[1]} levels, "
            f"not {wants[0]} and {wants[1]}"
        )
    vae.register_to_config(scaling_factor=own.config.scaling_factor)
    return vae


def _from_folder(folder: Path, dtype: Any) -> Any:
    import diffusers

    try:
        return diffusers.AutoencoderKL.from_pretrained(folder, dtype=dtype, local_files_only=True)
    except Exception as error:  # those of every format come through
        raise FileError(f"{folder} is no folder of a VAE: {first_line(error)}") from None
