"""What the UNet is told: long prompts in chunks, weights, words of textual inversions, SDXL's two encoders."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

import checkpoints
from outpaint.errors import RequestError
from outpaint.painters.diffusion.chunks import BACKTRACK, chunks
from outpaint.painters.diffusion.emphasis import sections
from outpaint.painters.diffusion.encoding import encoded, weighed
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.prompt import conditioning
from outpaint.painters.diffusion.tokenizer import clip_tokenizer
from painters.diffusion.painting import beside, painted

pytestmark = pytest.mark.diffusion

CPU = torch.device("cpu")
ROOM = 14  # the tiny models read 16 tokens


def model(kind="sd1", words=None):
    return Model(checkpoints.pipeline(kind), CPU, None, words or {})


def encode(model, *prompts, clip_skip=1, emphasis="original"):
    with torch.no_grad():
        return encoded(model, list(prompts), clip_skip, emphasis)


# --- chunks --------------------------------------------------------------------------------------------------


def cut(prompt, room=75, words=None, tokenizer=None):
    return chunks(sections(prompt), tokenizer or clip_tokenizer(), words or {}, room)


@pytest.mark.parametrize(("count", "lengths"), [(0, [0]), (1, [1]), (75, [75]), (76, [75, 1]), (151, [75, 75, 1])])
def test_a_chunk_holds_75_tokens(count, lengths):
    assert [len(chunk.ids) for chunk in cut("cat " * count)] == lengths


def test_no_token_is_lost_or_moved_and_each_has_its_weight():
    prompt = "a red cat, (a blue dog:1.5) and [one very long tail], " * 12
    found = cut(prompt)
    plain = prompt
    for sign in "()[]":
        plain = plain.replace(sign, "")
    expected = clip_tokenizer()(plain.replace(":1.5", ""), add_special_tokens=False).input_ids
    assert [id for chunk in found for id in chunk.ids] == expected
    assert {weight for chunk in found for weight in chunk.weights} == {1, 1.5, 1 / 1.1}
    assert all(len(chunk.ids) == len(chunk.weights) <= 75 for chunk in found)


def test_a_thought_is_not_cut_if_a_comma_is_near():
    near = "cat " * 65 + ", " + "dog " * 12
    assert [len(chunk.ids) for chunk in cut(near)] == [66, 12]
    assert [len(chunk.ids) for chunk in cut("cat " * (75 - BACKTRACK) + ", " + "dog " * 30)] == [56, 30]
    assert [len(chunk.ids) for chunk in cut("cat " * (74 - BACKTRACK) + ", " + "dog " * 30)] == [75, 10]
    assert [len(chunk.ids) for chunk in cut("cat " * 75 + ", dog")] == [75, 2]


def test_break_begins_a_chunk():
    assert [len(chunk.ids) for chunk in cut("cat BREAK dog dog BREAK")] == [1, 2]
    assert [len(chunk.ids) for chunk in cut("BREAK dog")] == [0, 1]


def test_words_of_textual_inversions_stay_whole():
    words = {"mystyle": torch.ones(8, 4)}
    first, second = cut("cat " * 70 + "a MyStyle here, mystyles", words=words)
    assert len(first.ids) == 71 and not first.learned
    assert second.ids[:8] == [0] * 8 and list(second.learned) == [0]
    assert len(second.ids) > 11  # another word that begins alike is only a word
    assert cut("(mystyle:1.5)", words=words)[0].weights == [1.5] * 8


# --- encoding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sd1", "sd2-inpainting", "sdxl"])
@pytest.mark.parametrize("clip_skip", [1, 2])
def test_a_plain_prompt_is_what_diffusers_makes_of_it(kind, clip_skip):
    pipe = checkpoints.pipeline(kind)
    ours, pooled = encode(model(kind), "a red tree", clip_skip=clip_skip)
    if kind == "sdxl":
        theirs, _, summary, _ = pipe.encode_prompt(
            "a red tree", device=CPU, do_classifier_free_guidance=False, clip_skip=clip_skip - 1 or None
        )
        assert torch.equal(pooled, summary)
    else:
        given = pipe.tokenizer("a red tree", padding="max_length", return_tensors="pt").input_ids
        answer = pipe.text_encoder(given, output_hidden_states=True)
        theirs = answer.last_hidden_state
        if clip_skip == 2:
            theirs = pipe.text_encoder.final_layer_norm(answer.hidden_states[-2])
    assert torch.equal(ours, theirs)


def test_sdxl_is_told_zeros_where_diffusers_tells_zeros():
    for negative in "", "hill":
        pipe = checkpoints.pipeline("sdxl")
        ours = conditioning(Model(pipe, CPU), "a red tree", negative, 5.0, 1, "original")
        text, no_text, pooled, no_pooled = pipe.encode_prompt(
            "a red tree", device=CPU, negative_prompt=negative or None
        )
        assert torch.equal(ours.text, torch.cat([no_text, text]))
        assert torch.equal(ours.pooled, torch.cat([no_pooled, pooled]))
    assert not pooled.equal(torch.zeros_like(pooled))


def test_clip_skip_counts_from_the_last_normed_layer():
    short = model()
    short.pipe.text_encoder.encoder.layers[-1].forward = lambda hidden, *_, **__: hidden  # as if it were not there
    last, before = (encode(model(), "a red tree", clip_skip=skip)[0] for skip in (1, 2))
    assert torch.allclose(before, encode(short, "a red tree")[0], atol=1e-5)
    assert not torch.allclose(before, last)


@pytest.mark.parametrize(("kind", "layers"), [("sd1", 3), ("sdxl", 2)])
def test_more_layers_than_there_are_is_refused_in_words(kind, layers):
    encode(model(kind), "a", clip_skip=layers)
    with pytest.raises(RequestError, match=f"{layers} text layers"):
        encode(model(kind), "a", clip_skip=layers + 1)


@pytest.mark.parametrize("kind", ["sd1", "sdxl"])
def test_chunks_stand_side_by_side_and_the_shorter_prompt_is_filled_with_empty_ones(kind):
    long, short = "red " * (ROOM + 3), "a sea"
    both, pooled = encode(model(kind), short, long)
    parts = [encode(model(kind), part) for part in (short, "", "red " * ROOM, "red " * 3)]
    assert both.shape[:2] == (2, 2 * 16)
    assert torch.equal(both[0], torch.cat([parts[0][0], parts[1][0]], 1)[0])
    assert torch.equal(both[1], torch.cat([parts[2][0], parts[3][0]], 1)[0])
    if kind == "sdxl":  # the summaries are those of the first chunks
        assert torch.equal(pooled, torch.cat([parts[0][1], parts[2][1]]))


def test_weights_of_one_change_no_byte():
    plain = encode(model(), "a red tree")[0]
    for prompt in "(a red tree:1)", "a (red:1.0) tree", "(a red tree:0.5)":
        same = torch.equal(plain, encode(model(), prompt)[0])
        assert same == ("0.5" not in prompt)
    assert torch.equal(plain, encode(model(), "(a [red) tree]", emphasis="ignore")[0])


def test_weights_are_the_closed_form():
    real = model()
    real.pipe.text_encoder.final_layer_norm.bias.data.fill_(-0.1)  # trained encoders have a mean, fresh ones none
    plain = encode(real, "a red tree")[0]
    weights = torch.ones(16)
    weights[2] = 1.5  # start, a, red
    by_hand = plain * weights[None, :, None]
    assert torch.equal(encode(real, "a (red:1.5) tree", emphasis="no norm")[0], by_hand)
    restored = encode(real, "a (red:1.5) tree")[0]
    torch.testing.assert_close(restored, by_hand * (plain.mean() / by_hand.mean()))
    torch.testing.assert_close(restored.mean(), plain.mean())


def test_each_chunk_and_each_encoder_is_weighed_alone():
    first, second = "(red:2) " + "sea " * (ROOM - 1), "tree [a]"
    both = encode(model("sdxl"), first + second)[0]
    apart = torch.cat([encode(model("sdxl"), each)[0] for each in (first, second)], 1)
    assert torch.equal(both, apart)
    plain = encode(model("sdxl"), "tree a")[0]
    weights = torch.ones(1, 16, 1)
    weights[0, 2] = 1 / 1.1
    for part in slice(16), slice(16, 32):
        scaled = plain[..., part] * weights
        expected = scaled * (plain[..., part].mean() / scaled.mean())
        torch.testing.assert_close(both[:, 16:, part], expected, rtol=1e-4, atol=1e-6)


def test_a_mean_that_is_gone_is_not_restored():
    layer = torch.tensor([[[1.0], [1.0]]])
    assert torch.equal(weighed(layer, [2.0, -2.0], True), torch.tensor([[[2.0], [-2.0]]]))
    normed = torch.nn.functional.layer_norm(torch.randn(1, 8, 16), (16,))  # its mean is 0 but for rounding
    assert torch.equal(weighed(normed, [2.0] * 8, True), normed * 2)


def test_brackets_are_text_where_they_are_meant_so():
    literal = encode(model(), r"a \(red\) tree")[0]
    assert torch.equal(literal, encode(model(), "a (red) tree", emphasis="none")[0])
    assert not torch.equal(literal, encode(model(), "a (red) tree")[0])


def test_a_word_of_a_textual_inversion_is_its_vectors():
    vectors = torch.randn(2, 16, generator=torch.Generator().manual_seed(1))
    knowing = model(words={"mystyle": [vectors]})
    seen = []
    embedding = knowing.pipe.text_encoder.get_input_embeddings()
    found = encode(knowing, "a mystyle tree")[0]
    watch = embedding.register_forward_hook(lambda _, __, out: seen.append(out.clone()))
    assert torch.equal(encode(knowing, "a tree")[0], encode(model(), "a tree")[0])
    watch.remove()
    # The same by hand: a table of words with two more rows.
    by_hand = model()
    table = by_hand.pipe.text_encoder.get_input_embeddings()
    table.weight.data[5:7] = vectors
    tokenizer = by_hand.pipe.tokenizer
    a, tree = tokenizer("a tree", add_special_tokens=False).input_ids
    ids = [0, a, 5, 6, tree, *[1] * 11]
    with torch.no_grad():
        expected = by_hand.pipe.text_encoder(torch.tensor([ids])).last_hidden_state
    assert torch.equal(found, expected)


def test_a_long_prompt_and_its_weights_reach_the_picture(models):
    sd1 = {"model": str(models("sd1"))}
    short = painted(beside(), sd1, prompt="red " * ROOM)
    assert not np.allclose(short, painted(beside(), sd1, prompt="red " * ROOM + "green"))
    assert not np.allclose(short, painted(beside(), sd1, prompt="(red:1.5) " + "red " * (ROOM - 1)))
    assert not np.allclose(short, painted(beside(), sd1, prompt="red " * ROOM, negative="sea " * 20))
    xl = {"model": str(models("sdxl"))}
    assert painted(beside(), xl, prompt="red " * 40, negative="sea").shape == (64, 64, 3)
