"""Samplers by the webui's names and by diffusers'.

"DPM++ 2M Karras", "dpm++ 2m karras" and "DPMSolverMultistepScheduler" are the same thing said in three ways; a
webui name may end in a noise schedule (Karras, Exponential, SGM Uniform, Beta), which diffusers calls a setting.
"""

import copy
import inspect
from typing import Any

from outpaint.errors import RequestError, unknown_name

_NAMES: dict[str, tuple[str, dict[str, Any]]] = {
    "Euler": ("EulerDiscreteScheduler", {}),
    "Euler a": ("EulerAncestralDiscreteScheduler", {}),
    "Heun": ("HeunDiscreteScheduler", {}),
    "LMS": ("LMSDiscreteScheduler", {}),
    "DDIM": ("DDIMScheduler", {}),
    "DDPM": ("DDPMScheduler", {}),
    "PLMS": ("PNDMScheduler", {"skip_prk_steps": True}),
    "PNDM": ("PNDMScheduler", {"skip_prk_steps": True}),
    "DPM2": ("KDPM2DiscreteScheduler", {}),
    "DPM2 a": ("KDPM2AncestralDiscreteScheduler", {}),
    "DPM": ("DPMSolverMultistepScheduler", {}),
    "DPM++ 2M": ("DPMSolverMultistepScheduler", {}),
    "DPM++ 2M SDE": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "DPM++ 2S": ("DPMSolverSinglestepScheduler", {}),
    "UniPC": ("UniPCMultistepScheduler", {}),
    "DEIS": ("DEISMultistepScheduler", {}),
    "LCM": ("LCMScheduler", {}),
    "TCD": ("TCDScheduler", {}),
    "K-LMS": ("LMSDiscreteScheduler", {}),
}
_SCHEDULES: dict[str, dict[str, Any]] = {
    "karras": {"use_karras_sigmas": True},
    "exponential": {"use_exponential_sigmas": True},
    "beta": {"use_beta_sigmas": True},
    "sgm uniform": {"timestep_spacing": "trailing"},
    "uniform": {},
    "automatic": {},
}


def sampler(name: str, config: Any, prediction: str = "auto") -> Any:
    """A diffusers scheduler for a model whose own one has this config; RequestError for a name nobody knows.

    prediction: what the model answers with, if its own config is wrong about it; noise has no zero SNR.
    """
    import diffusers

    kind, changes = _meant(name, config)
    if prediction != "auto":
        changes = changes | {"prediction_type": prediction}
    if prediction == "epsilon":
        changes = changes | {"rescale_betas_zero_snr": False}
    cls = getattr(diffusers, kind)
    return cls.from_config(config, **changes)


def at_unit_scale(scheduler: Any, latents: Any) -> Any:
    """Latents after a step as the model sees them next; those of k-diffusion's samplers have a deviation of sigma."""
    if float(scheduler.init_noise_sigma) == 1 or scheduler.step_index >= len(scheduler.timesteps):
        return latents
    untouched = copy.copy(scheduler)  # it would remember that it was asked
    return untouched.scale_model_input(latents, scheduler.timesteps[scheduler.step_index])


def names() -> list[str]:
    """Every name, the webui's first."""
    return [*_NAMES, *sorted({kind for kind, _ in _NAMES.values()})]


def _meant(name: str, config: Any) -> tuple[str, dict[str, Any]]:
    """The scheduler's class and what is changed of its config."""
    import diffusers

    asked = " ".join(name.lower().split())
    if asked in ("", "auto"):
        return config["_class_name"], {}
    changes: dict[str, Any] = {}
    for words, extra in _SCHEDULES.items():
        if asked.endswith(f" {words}"):
            asked, changes = asked.removesuffix(f" {words}"), extra
            break
    for known, (kind, own) in _NAMES.items():
        if asked in (known.lower(), kind.lower(), kind.lower().removesuffix("scheduler")):
            if not changes.keys() <= set(inspect.signature(getattr(diffusers, kind)).parameters):
                raise RequestError(f"the sampler {known} has no schedule {words!r}; write --set 'sampler={known}'")
            return kind, own | changes
    raise unknown_name("sampler", name, names())
