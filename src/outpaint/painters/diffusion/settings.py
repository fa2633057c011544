"""What people tune of `diffusion`. Names, ranges and defaults are the webui's where it has them."""

from outpaint.painters.protocol import Setting
from outpaint.painters.resize import RESIZE_MODE

MODEL = (
    Setting("model", "", "a .safetensors or .ckpt file, a diffusers folder, or a hub name"),
    Setting("config", "", "a diffusers folder whose JSON describes a single file; empty: read off its keys"),
    Setting(
        "prediction",
        "auto",
        "what a Stable Diffusion model answers with; auto: read off the file, set it where the picture is mud",
        choices=("auto", "epsilon", "v_prediction"),
    ),
    Setting("vae", "", "a VAE to use instead of the model's: a file or a diffusers folder"),
    Setting("loras", "", "LoRA files with weights: a.safetensors:0.8,b.safetensors"),
    Setting("embeddings", "", "textual inversion files, separated by commas; the word is the file's name"),
    Setting("download", False, "fetch a hub name that is not on this machine"),
    Setting("device", "auto", "auto, cpu, cuda, cuda:1, mps"),
    Setting(
        "dtype",
        "auto",
        "precision; auto is fp32 on the CPU; on a GPU fp16 for Stable Diffusion, bf16 for the others",
        choices=("auto", "fp32", "fp16", "bf16"),
    ),
    Setting(
        "offload",
        "none",
        "keep the model in main memory: whole parts or layer by layer",
        choices=("none", "model", "sequential"),
    ),
)

SAMPLING = (
    Setting(
        "sampler",
        "auto",
        "by the webui's or diffusers' name: Euler a, DPM++ 2M Karras, ddim; auto: the model's",
        also=("sampler_name",),
    ),
    Setting("steps", 30, "how many; more is slower and finer", low=1, high=500),
    Setting(
        "guidance",
        7.5,
        "how strictly the prompt is followed; 1 does not look at the negative one, 0 is the model's own",
        low=0,
        high=50,
        also=("cfg_scale",),
    ),
    Setting(
        "strength", 1.0, "how much of the guess is repainted; 0 keeps it", low=0, high=1, also=("denoising_strength",)
    ),
    Setting(
        "webui_start",
        False,
        "count steps as the webui does, int(strength * steps) + 1, and let the start shine through at strength 1",
    ),
    Setting("eta", 0.0, "noise added at every step by samplers that can", low=0, high=1),
    Setting("clip_skip", 1, "text layers counted from the last one; 1 is the last, 2 the one before", low=1, high=12),
    Setting(
        "emphasis",
        "original",
        "what brackets in a prompt do: weigh as the webui does, (word:1.2); the same without restoring the mean; "
        "nothing; `none`: they are text",
        choices=("original", "no norm", "ignore", "none"),
    ),
    Setting("initial_noise_multiplier", 1.0, "how much of the first noise", low=0, high=1.5),
)

MASKING = (
    Setting(
        "masked_content",
        "original",
        "what the model starts from; `original` and `fill` are the pixels that the painter before has put there",
        choices=("fill", "original", "latent noise", "latent nothing"),
        also=("inpainting_fill",),
    ),
    Setting(
        "area",
        "needed",
        "what the model is shown: the unknown with context in real size, the whole picture, "
        "or what is masked scaled to the window (only masked)",
        choices=("needed", "whole picture", "only masked"),
    ),
    Setting(
        "padding",
        32,
        "known pixels around the unknown that are shown at least",
        low=0,
        high=1024,
        also=("inpaint_full_res_padding",),
    ),
    Setting("mask_blur", 0, "sigma in pixels of the blur of the mask, outwards", low=0, high=64),
    Setting("mask_round", True, "the latent mask is 0 or 1, not in between"),
    Setting(
        "differential", False, "a soft mask says when each place is let go, not how much (differential diffusion)"
    ),
    Setting(
        "inpainting_mask_weight", 1.0, "how much of the masked place is hidden from inpainting models", low=0, high=1
    ),
    Setting(
        "scope",
        "new",
        "what comes back: the new part only, known pixels as the model decodes them too (decoded), or all of it "
        "painted anew (repainted); the road writes known pixels only where asked to be faithful",
        choices=("new", "decoded", "repainted"),
    ),
    RESIZE_MODE,
    Setting(
        "restore",
        "auto",
        "put the known latents back at every step; auto: where the model does not see the mask or the mask is soft",
        choices=("auto", "always", "never"),
    ),
)

WINDOWS = (
    Setting("window", 0, "side of the window in pixels; 0: the size the model was trained with", low=0, high=4096),
    Setting("resize_small_input", False, "what is smaller than the model's pictures is enlarged for it"),
    Setting("window_overlap", 0.25, "share of a window that its neighbour sees too", low=0, high=0.75),
    Setting("joint", True, "overlapping windows take every step together, without borders"),
    Setting("preview", False, "a rough picture with every step"),
)  # fmt: skip

SOFT = (
    Setting("soft_inpainting", False, "mix old and new by the blurred mask at every step, less and less"),
    Setting("schedule_bias", 1.0, "soft: higher keeps more at first and less later", low=0, high=8),
    Setting("preservation_strength", 0.5, "soft: how much is kept where the mask is soft", low=0, high=8),
    Setting("transition_contrast_boost", 4.0, "soft: how strongly the more contrasty of both wins", low=1, high=32),
    Setting("mask_influence", 0.0, "soft, faithful: how much the mask decides what stays", low=0, high=1),
    Setting("difference_threshold", 0.5, "soft, faithful: how different a place has to be", low=0, high=8),
    Setting("difference_contrast", 2.0, "soft, faithful: how sharply that is decided", low=0, high=8),
)

SETTINGS = MODEL + SAMPLING + MASKING + SOFT + WINDOWS
