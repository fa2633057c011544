# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""PNG's row filters undone (PNG specification, third edition, chapter 9)."""

from outpaint.compiled import compiled


@compiled
def unfilter(rows, step):
    """In place: `rows` is H x (1 + bytes of a row) uint8, the first byte is the filter; False if one is unknown.

    `step` is the number of bytes of a pixel.
    """
    height, width = rows.shape
    for y in range(height):
        kind = rows[y, 0]
        if kind > 4:
            return False
        for x in range(1, width):
            left = int(rows[y, x - step]) if x > step else 0
            up = int(rows[y - 1, x]) if y else 0
            if kind == 0:
                break
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            else:
                corner = int(rows[y - 1, x - step]) if y and x > step else 0
                a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
                guess = left if a <= b and a <= c else up if b <= c else corner
            rows[y, x] = (int(rows[y, x]) + guess) & 255
    return True
