import numpy as np
import pytest

from blend.seams import seam_of
from outpaint.blend import photometric
from outpaint.blend.photometric import mend


def solved(composite, mask):
    """The equations in a matrix: 4 p - neighbours = guidance on the mask."""
    rows, columns = np.nonzero(mask)
    number = -np.ones(mask.shape, int)
    number[rows, columns] = np.arange(len(rows))
    matrix, right = np.zeros((len(rows), len(rows))), np.zeros((len(rows), 3))
    for k, (y, x) in enumerate(zip(rows, columns, strict=True)):
        matrix[k, k] = 4
        beside = mask[y - 1 : y + 2, x - 1 : x + 2].all()
        for j, i in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if beside:
                right[k] += composite[y, x] - composite[j, i]
            if mask[j, i]:
                matrix[k, number[j, i]] = -1
            else:
                right[k] += composite[j, i]
    answer = composite.copy()
    answer[rows, columns] = np.linalg.solve(matrix, right)
    return answer


@pytest.mark.parametrize("hole", [np.s_[5:16, 6:20], np.s_[:, 14:]])
def test_it_solves_the_originals_equations(hole):
    rng = np.random.default_rng(0)
    pixels, answer = 0.4 + 0.2 * rng.random((2, 22, 26, 3)).astype(np.float32)
    painted = np.zeros((22, 26), bool)
    painted[hole] = True
    seam = seam_of(pixels, ~painted, painted, answer)
    mask = painted.copy()
    mask[[0, -1]], mask[:, [0, -1]] = False, False
    expected = solved(np.where(painted[..., None], answer, pixels).astype(float), mask)
    assert expected.min() > 0 and expected.max() < 1
    np.testing.assert_allclose(mend(seam).answer[painted], expected[painted], atol=2e-4)


def test_a_wrong_light_is_taken_from_a_hole_and_its_texture_stays():
    rng = np.random.default_rng(1)
    texture = rng.random((60, 60, 3)).astype(np.float32) * 0.2
    painted = np.zeros((60, 60), bool)
    painted[15:45, 15:45] = True
    flat = np.full((60, 60, 3), 0.5, np.float32)
    mended = mend(seam_of(flat, ~painted, painted, flat + 0.2 + texture)).answer
    inside = np.s_[20:40, 20:40]
    assert abs(mended[inside].mean() - 0.5) < 0.05
    assert np.corrcoef(mended[inside].ravel(), texture[inside].ravel())[0, 1] > 0.95


def test_rounds_are_the_originals(monkeypatch):
    painted = np.zeros((9, 9), bool)
    painted[3:6, 3:6] = True
    seam = seam_of(np.zeros((9, 9, 3)), ~painted, painted, np.ones((9, 9, 3)))
    assert photometric.ROUNDS == 5000
    monkeypatch.setattr(photometric, "ROUNDS", 1)
    once = mend(seam).answer[3:6, 3:6, 0]
    # After one round a pixel is the mean of its neighbours: ones inside, zeros outside.
    np.testing.assert_allclose(once, [[0.5, 0.75, 0.5], [0.75, 1, 0.75], [0.5, 0.75, 0.5]])
