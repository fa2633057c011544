# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `photometric`: Jacobi's iteration on what is masked."""

from outpaint.compiled import compiled


@compiled
def iterated(pixels, other, guidance, rows, columns, steps):
    """`steps` times p := (guidance + the four neighbours) / 4 at the places listed, none at the border, in 0..1.

    pixels, other, guidance: H x W x 3; both pixel arrays hold the same values. Whichever is written last is returned.
    """
    for _ in range(steps):
        moved = False
        for place in range(len(rows)):
            y, x = rows[place], columns[place]
            for channel in range(3):
                value = guidance[y, x, channel] + pixels[y - 1, x, channel] + pixels[y + 1, x, channel]
                value = (value + pixels[y, x - 1, channel] + pixels[y, x + 1, channel]) / 4
                value = min(max(value, 0.0), 1.0)
                if value != pixels[y, x, channel]:
                    moved = True
                other[y, x, channel] = value
        pixels, other = other, pixels
        if not moved:
            break
    return pixels
