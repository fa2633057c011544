"""The library as a user meets it."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import outpaint
from outpaint import Extent, FileError, Finished, OutpaintError, Request, RequestError


@pytest.fixture
def path(tmp_path, photo):
    Image.fromarray(photo).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def pixels(path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_the_export_list_is_the_namespace() -> None:
    assert outpaint.__all__ == sorted(outpaint.__all__)
    assert set(outpaint.__all__) == set(outpaint._HOME_OF)
    for name in outpaint.__all__:
        assert getattr(outpaint, name) is not None
    assert set(outpaint.__all__) <= set(dir(outpaint))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = outpaint.nothing


def test_the_function_stays_a_function_whatever_is_imported(tmp_path) -> None:
    code = "import outpaint.batch, outpaint.cli.extend, outpaint.road, outpaint; print(callable(outpaint.extend))"
    assert subprocess.check_output([sys.executable, "-W", "error", "-c", code], text=True).strip() == "True"


def test_importing_is_light_and_silent() -> None:
    code = (
        "import sys, outpaint, json; names = set(sys.modules);"
        "print(json.dumps([m for m in ('numpy', 'numba', 'torch', 'PIL', 'typer', 'rich') if m in names]))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [] and done.stderr == ""


def test_the_core_does_without_numba_and_pillow() -> None:
    """The pure rooms import numpy at most, as the plan of the house promises."""
    code = (
        "import sys, outpaint.request, outpaint.road, outpaint.plan, outpaint.blend.feather;"
        "print([m for m in ('numba', 'torch', 'PIL', 'typer', 'rich') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("kind", ["str", "path", "bytes", "file", "pillow", "array", "picture"])
def test_any_kind_of_photo(kind, path, photo) -> None:
    given = {
        "str": lambda: str(path),
        "path": lambda: path,
        "bytes": path.read_bytes,
        "file": lambda: io.BytesIO(path.read_bytes()),
        "pillow": lambda: Image.open(path),
        "array": lambda: photo,
        "picture": lambda: outpaint.Picture.of(photo),
    }[kind]()
    result = outpaint.extend(given, right="25%", method="edge")
    assert result.image.size == (80, 48) and result.array.shape == (48, 80, 3)
    assert np.array_equal(result.array[:, :64], photo)
    assert result.mask.shape == (48, 80) and (result.mask[:, 64:] == 255).all() and not result.mask[:, :64].any()
    assert result.picture.extent == Extent(80, 48)


def test_a_request_and_its_fields_together(photo) -> None:
    wide = Request.of(ratio="2:1", method="mirror")
    assert outpaint.extend(photo, request=wide).image.size == (96, 48)
    assert outpaint.extend(photo, request=wide, to="70x50").image.size == (70, 50)


def test_candidates_differ_and_repeat(photo) -> None:
    result = outpaint.extend(photo, right=8, count=2, seed=5)
    assert [each.request.seed for each in result.candidates] == [5, 6]
    again = outpaint.extend(photo, request=outpaint.Request.of(**json.loads(result.candidates[1].recipe)["request"]))
    assert np.array_equal(again.array, result.candidates[1].array)


def test_a_mask_makes_it_an_inpainter(photo) -> None:
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[10:20, 10:20] = 255
    result = outpaint.extend(photo, mask=mask, method="diffuse")
    assert np.array_equal(result.mask, mask)
    assert np.array_equal(result.array[mask == 0], photo[mask == 0])
    with pytest.raises(FileError, match="64x48"):
        outpaint.extend(photo, mask=mask[:5])


def test_a_cut_out_is_completed(photo) -> None:
    alpha = np.full((*photo.shape[:2], 1), 255, np.uint8)
    alpha[:, 40:] = 0
    result = outpaint.extend(np.concatenate([photo, alpha], -1), method="mirror")
    assert result.image.mode == "RGBA" and np.asarray(result.image)[..., 3].min() == 255
    assert np.array_equal(result.array[:, :40, :3], photo[:, :40])


def test_the_saved_picture_holds_its_recipe(photo, tmp_path) -> None:
    result = outpaint.extend(photo, right="25%", method="edge")
    saved = result.save(tmp_path / "wide.png")
    assert np.array_equal(pixels(saved), result.array)
    with pytest.raises(FileError, match=r"exists.*--force"):
        result.save(saved)
    result.save(saved, force=True)
    from outpaint.recipe import load_recipe

    assert load_recipe(saved) == Request.of(right="25%", method="edge")
    result.save_mask(tmp_path / "mask.png")
    assert np.array_equal(pixels(tmp_path / "mask.png"), result.mask)


def test_events_end_with_the_picture(photo) -> None:
    *_, last = outpaint.extend_events(photo, right=4, method="edge")
    assert isinstance(last, Finished)


def test_errors_are_one_family(photo) -> None:
    for wrong in ({"right": -1}, {"to": "1x1"}, {"method": "no"}, {}):
        with pytest.raises(RequestError):
            outpaint.extend(photo, **wrong)
    with pytest.raises(OutpaintError):
        outpaint.extend("/nowhere/at/all.png", right=4)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_depth_is_kept(dtype) -> None:
    deep = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (9, 9, 3), dtype)
    result = outpaint.extend(deep, left=3, method="edge")
    assert result.array.dtype == dtype and np.array_equal(result.array[:, 3:], deep)
