"""`patch`: the embedded engine, what everybody gets who asks for nothing else."""

from outpaint.methods.protocol import Method

METHOD = Method(
    name="patch",
    about="Continues the photo with pieces of itself, cut and toned so that they fit. The default.",
    painters=("patch",),
    source="PatchMatch (Barnes 2009), space-time completion (Wexler 2007)",
)
