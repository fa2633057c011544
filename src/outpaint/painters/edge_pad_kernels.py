# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `edge_pad`: a breadth-first walk from the border of what is known."""

from outpaint.compiled import compiled


@compiled
def spread(pixels, ring, queue):
    """Fill `pixels` (H x W x 3) in place where `ring` (H x W) is -1; it is 0 where pixels are known.

    Afterwards `ring` holds the city-block distance to the nearest known pixel, and `queue`, one number for each
    filled pixel, their places in the order in which they were filled.
    """
    height, width, channels = pixels.shape
    waiting = 0
    for y in range(height):
        for x in range(width):
            if ring[y, x] < 0 and (
                (y > 0 and ring[y - 1, x] == 0)
                or (x > 0 and ring[y, x - 1] == 0)
                or (x + 1 < width and ring[y, x + 1] == 0)
                or (y + 1 < height and ring[y + 1, x] == 0)
            ):
                ring[y, x] = 1
                queue[waiting] = y * width + x
                waiting += 1
    for done in range(len(queue)):
        y, x = queue[done] // width, queue[done] % width
        count = 0
        for dy, dx in ((-1, 0), (0, -1), (0, 1), (1, 0)):
            v, u = y + dy, x + dx
            if not (0 <= v < height and 0 <= u < width):
                continue
            if ring[v, u] < 0:
                ring[v, u] = ring[y, x] + 1
                queue[waiting] = v * width + u
                waiting += 1
            elif ring[v, u] < ring[y, x]:
                count += 1
                for c in range(channels):
                    pixels[y, x, c] += pixels[v, u, c]
        for c in range(channels):
            pixels[y, x, c] /= count
