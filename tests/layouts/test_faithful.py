"""What `--faithful` repaints of the photo, against the scripts' masks written down plainly, on a painter of white.

The painter answers white everywhere, so what comes out shows the overlay: photo * (1 - weight) + white * weight.
"""

import cv2
import numpy as np
import pytest

from outpaint import CandidateDone, Frame, Picture, Request
from outpaint.layouts import expansion, img2img, selection, sides, tiles, whole
from outpaint.methods.protocol import Method, Original
from outpaint.painters.protocol import Painter
from outpaint.registry import builtin_registry
from outpaint.rim import Rim
from outpaint.road import road

WHITE = Painter("white", "all white, the photo too", lambda view, brief: np.ones_like(view.pixels))
ORIGINAL = Original()
SHADES = np.random.default_rng(5).integers(0, 100, (96, 128, 3)).astype(np.uint8)


def laid_over(layout, photo=SHADES, painter=WHITE, settings=None, **asked):
    """The result, and whether the plain one keeps every pixel."""
    method = Method("m", "m", (painter.name,), layout=layout, original=ORIGINAL)
    registry = builtin_registry().including(painter, method)
    results = []
    for faithful in (False, True):
        request = Request.of(method="m", settings={"faithful": faithful} | (settings or {}), **asked)
        done = [event for event in road(Picture.of(photo), request, registry) if isinstance(event, CandidateDone)]
        results.append(done[0].result)
    plain, faithful = results
    inside = Picture.of(photo).frame.inside(plain.picture.frame)
    assert np.array_equal(plain.picture.samples[inside], photo)
    return faithful


def overlay(shape, kept, sigma, feather=0):
    """Of the webui: mask, white outside `kept` (rows, columns), blurred, doubled and clipped."""
    mask = np.full(shape, 255, np.float32)
    mask[kept] = 0
    if feather:
        mask = cv2.blur(mask, (2 * feather + 1,) * 2, borderType=cv2.BORDER_REPLICATE)
    if sigma:
        size = 2 * int(2.5 * sigma + 0.5) + 1
        mask = cv2.GaussianBlur(mask, (size, size), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.clip(2 * mask / 255, 0, 1)


def expected(canvas, known, weight):
    over = np.where(known, weight, 1)[..., None]
    return np.rint(canvas * (1 - over) + 255 * over)


def on(frame, photo=SHADES):
    canvas, known = np.zeros((frame.height, frame.width, 3)), np.zeros((frame.height, frame.width), bool)
    inside = Picture.of(photo).frame.inside(frame)
    canvas[inside], known[inside] = photo, True
    return canvas, known


@pytest.mark.parametrize("blur", [0, 4, 9])
def test_sd_inpaints_overlay(blur):
    done = laid_over(whole.LAYOUT, settings={"mask_blur": blur}, right=32, top=9)
    canvas, known = on(done.picture.frame)
    weight = overlay(known.shape, known, blur)
    assert np.abs(done.picture.samples - expected(canvas, known, weight)).max() <= 1
    assert np.array_equal(done.painted, ~known | (weight > 0))


def test_poor_mans_overlay_and_its_black_bar():
    """96 rows become 128, and nothing grows along them: 32 black rows; no warning, as in the original."""
    settings = {"mask_blur": 3, "tile_width": 4096, "tile_height": 4096}
    done = laid_over(tiles.LAYOUT, settings=settings, right=30, left=10)
    frame = done.picture.frame
    assert frame == Frame(-16, 0, 192, 128)
    canvas, known = on(frame)
    known[96:, 16:144] = True
    kept = np.s_[:, 16 + 6 : 16 + 128 - 6]
    assert np.abs(done.picture.samples - expected(canvas, known, overlay(known.shape, kept, 6))).max() <= 1
    assert not done.picture.samples[96:, 60:100].any() and done.painted[96:].all()


def test_poor_mans_tiles_are_pasted_on_the_photo_and_then_cross_faded():
    """Where two tiles repaint the rim the overlay is the same for both, so their mean shows it once."""
    settings = {"mask_blur": 2, "tile_width": 64, "tile_height": 64, "pixels": 16}
    done = laid_over(tiles.LAYOUT, settings=settings, right=64, top=32)
    canvas, known = on(done.picture.frame)
    kept = np.s_[32 + 4 :, : 128 - 4]
    error = np.abs(done.picture.samples - expected(canvas, known, overlay(known.shape, kept, 4)))
    # A tile blurs its own cut-out, whose border is repeated; away from corners that is the same.
    assert error[:, :100].max() <= 2 and error[60:].max() <= 2


def test_poor_mans_tiles_share_the_rim_too():
    """photo (1 - w) + w * mean of the tiles' answers, weighed as tiles are; each tile has a shade of its own."""
    stripes = Painter("s", "", lambda view, brief: np.full_like(view.pixels, (view.frame.left % 7 + 1) / 8))
    settings = {"mask_blur": 4, "tile_width": 64, "tile_height": 4096, "pixels": 32}
    done = laid_over(tiles.LAYOUT, painter=stripes, settings=settings, right=60, top=32)
    frame, windows = done.picture.frame, done.request.windows
    canvas, known = on(frame)
    total, answer, before = np.zeros(known.shape), np.zeros(known.shape), np.zeros(known.shape)
    for window in windows:
        cut, shade = window.inside(frame), (window.left % 7 + 1) / 8 * 255
        over = overlay(window.extent.shape, np.s_[32 + 8 :, : max(0, 128 - 8 - window.left)], 8)
        over = np.where(known[cut], over, 1)
        own = done.request.laid.crossfade.weight(window, windows)
        total[cut] += own
        answer[cut] += own * over * shade
        before[cut] += own * (1 - over)
    mean = canvas * (before / total)[..., None] + (answer / total)[..., None]
    assert len(windows) > 3 and np.abs(done.picture.samples - mean).max() <= 1.5


def test_poor_mans_tiles_do_not_know_each_other():
    """Each is painted with the mean of what it sees: of the photo, not of its neighbours."""
    seen = []

    def look(view, brief):
        seen.append((view.frame, view.holes.copy()))
        return np.ones_like(view.pixels)

    settings = {"mask_blur": 0, "tile_width": 64, "tile_height": 64, "pixels": 16}
    done = laid_over(tiles.LAYOUT, painter=Painter("look", "", look), settings=settings, right=192)
    known = on(done.picture.frame)[1]
    known[96:, :128] = True
    told = {frame: ~known[frame.inside(done.picture.frame)] for frame in done.request.windows}
    faithful = [frame for frame in done.request.windows if told[frame].any()]
    assert 4 < len(faithful) < len(done.request.windows)  # one tile has photo and bar alone
    for frame, holes in seen[-len(faithful) :]:
        assert np.array_equal(holes, told[frame])


def test_mk2_repaints_far_into_the_photo():
    done = laid_over(sides.LAYOUT, settings={"mask_blur": 4, "process_width": 4096}, right=64)
    canvas, known = on(done.picture.frame)
    kept = np.s_[:, : 128 - 4]
    assert np.abs(done.picture.samples - expected(canvas, known, overlay(known.shape, kept, 16))).max() <= 1


def test_mk2s_guess_sees_the_whole_picture_of_each_pass_and_the_model_the_crop():
    seen = {"guess": [], "model": []}

    def looking(name):
        def look(view, brief):
            seen[name].append((view.frame, view.holes.copy()))
            return view.pixels

        return Painter(name, "", look)

    registry = builtin_registry().including(
        looking("guess"),
        looking("model"),
        Method("m", "m", ("guess", "model"), layout=sides.LAYOUT, original=ORIGINAL),
    )
    settings = {"process_width": 64, "process_height": 64, "mask_blur": 4}
    for faithful in (False, True):
        request = Request.of(method="m", left=32, top=16, settings=settings | {"faithful": faithful})
        list(road(Picture.of(SHADES), request, registry))
    starts = [Frame(-32, 0, 160, 96), Frame(-32, -16, 160, 112)]
    crops = [Frame(-32, 0, 64, 96), Frame(-32, -16, 160, 64)]
    assert [frame for frame, _ in seen["guess"][:2]] == starts and [frame for frame, _ in seen["model"][:2]] == crops
    assert [int(holes.sum()) for _, holes in seen["guess"][:2]] == [32 * 96, 160 * 16]
    # Faithful, 128 + 32 become 192 in two passes; the guess covers 4 pixels of what is there, the model 8.
    (guess, guessed), (model, painted) = seen["guess"][2], seen["model"][2]
    assert guess == Frame(-32, 0, 160, 96) and model == Frame(-32, 0, 64, 96)
    assert int(guessed[0].sum()) == 32 + 4 and int(painted[0].sum()) == 32 + 8


def test_infinity_gives_the_whole_selection_back_and_img2img_paints_all_of_it():
    for layout in selection.LAYOUT, img2img.LAYOUT:
        done = laid_over(layout, right=20)
        assert done.painted.all() and (done.picture.samples == 255).all()


@pytest.mark.parametrize("feather", [0, 8])
def test_mosaics_mask_reaches_into_the_photo_by_a_share_of_it(feather):
    done = laid_over(expansion.LAYOUT, settings={"feather": feather, "mask_blur": 4}, left=32, right=32, bottom=20)
    canvas, known = on(done.picture.frame)
    kept = np.s_[: int(96 * 0.85), 32 + int(128 * 0.15) : 32 + int(128 * 0.15) + int(128 * 0.7)]
    assert np.abs(done.picture.samples - expected(canvas, known, overlay(known.shape, kept, 4, feather))).max() <= 1


def test_what_comes_back_as_it_was_is_not_written():
    """With an alpha of a half, writing the same colour again would make it opaque."""
    same = Painter("same", "", lambda view, brief: view.pixels)
    method = Method("m", "m", ("same",), layout=selection.LAYOUT, original=ORIGINAL)
    picture = Picture.of(SHADES, np.full(SHADES.shape[:2], 128, np.uint8))
    request = Request.of(method="m", right=5, settings={"faithful": True})
    *_, done, _ = road(picture, request, builtin_registry().including(same, method))
    assert (done.result.picture.alpha[:, :128] == 128).all() and not done.result.painted[:, :128].any()


@pytest.mark.parametrize("layout", [whole, tiles, sides, selection, img2img, expansion], ids=lambda m: m.LAYOUT.name)
@pytest.mark.parametrize("size", [(1, 1), (3, 200), (7, 5)])
def test_pictures_smaller_than_the_blur(layout, size):
    photo = SHADES[: size[0], : size[1]]
    done = laid_over(layout.LAYOUT, photo, settings={"mask_blur": 64} if layout is tiles else None, right=9, top=2)
    assert done.picture.known.all()


def test_a_rim_of_nothing_keeps_all():
    frame = Frame(0, 0, 20, 10)
    known = np.ones((10, 20), bool)
    known[:, 15:] = False
    weight = Rim(frame, frame, frame).weight(known, frame)
    assert np.array_equal(weight, (~known).astype(np.float32))
