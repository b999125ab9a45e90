import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.language.windows import CLOSING, INSIDE, NESTED, OPENING, OUTSIDE, RUNNING, cut_windows, encode

STRANGE = "\u200b\u202e\ufeff\x00😀 नमस्ते\u0301 مرحبا 中文 é ﬁ ’’ ''"


def shown(words):
    return [words.text[s:e] for s, e in zip(words.start, words.end, strict=True)]


def test_windows_words_slice_back(tokenizer):
    words = encode("Vokal’s “We won’t,” she\u200b said.", tokenizer)
    assert shown(words)[:6] == ["Vokal", "’", "s", "“", "We", "won"]
    assert words.text[words.start[-1] : words.end[-1]] == "."


def test_windows_every_style_of_mark_looks_the_same_to_the_model(tokenizer):
    curly = encode("“We won’t,” she said.", tokenizer)
    single = encode("‘We won’t,’ she said.", tokenizer)
    assert curly.pieces.tolist() == single.pieces.tolist()
    assert curly.features.tolist() == single.features.tolist()


def test_windows_states_tell_where_quotations_stand(tokenizer):
    words = encode("“So ‘no’ it is,” he said.\n\n“We stay.\n\n“We go.”", tokenizer)
    states = dict(zip(shown(words), words.quote.tolist(), strict=True))
    assert states["So"] == INSIDE
    assert states["no"] == NESTED
    assert states["he"] == OUTSIDE
    assert states["stay"] == RUNNING
    assert words.quote[0] == OPENING
    assert words.quote[-1] == CLOSING
    assert words.partner[words.partner[0]] == 0


@pytest.mark.parametrize("text", ["", "\n \n", "\u200b"])
def test_windows_of_nothing_are_none(text, tokenizer):
    assert cut_windows(encode(text, tokenizer)) == []


@given(st.text(alphabet=st.sampled_from(STRANGE + "abc.\n "), max_size=300), st.integers(8, 40))
def test_windows_cover_all_words_in_order_within_their_size(tokenizer, text, size):
    words = encode(text, tokenizer)
    assert all(0 <= s < e <= len(text) for s, e in zip(words.start, words.end, strict=True))
    assert (np.diff(words.start) > 0).all()
    windows = cut_windows(words, size=size)
    assert [w for begin, end in windows for w in range(begin, end)] == list(range(len(words)))
    bounds = np.append(words.first, len(words.pieces))
    assert all(bounds[e] - bounds[b] <= size - 2 or e - b == 1 for b, e in windows)


def test_windows_are_cut_between_paragraphs(tokenizer):
    text = "\n\n".join(f"Paragraph {k} has quite a few words in it." for k in range(20))
    words = encode(text, tokenizer)
    starts = [begin for begin, _ in cut_windows(words, size=64)]
    assert all(words.features[words.first[b], 2] == 1 for b in starts)
