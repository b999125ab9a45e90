from onrecord.attribution.links import FEATURE_SIZES, NEAREST_CUES, Segment, pair_features
from onrecord.language.windows import encode


def test_links_features_stay_within_their_sizes(tokenizer):
    words = encode("\n\n".join("“We stay,” said Vokal. She added that he lied." for _ in range(30)), tokenizer)
    children = [Segment("content", k, k + 4) for k in range(0, len(words) - 8, 7)]
    cues = [Segment("cue", k + 4, k + 5) for k in range(0, len(words) - 8, 7)]
    features, considered = pair_features(children, cues, words)
    assert features.shape == (len(children), len(cues), len(FEATURE_SIZES))
    for k, size in enumerate(FEATURE_SIZES):
        assert features[:, :, k].min() >= 0
        assert features[:, :, k].max() < size
    assert considered.sum(axis=1).max() <= 2 * NEAREST_CUES


def test_links_tell_before_from_after_and_near_from_far(tokenizer):
    words = encode("Vokal said he lied. Then she went home and slept.", tokenizer)
    child, before, after = Segment("content", 2, 4), Segment("cue", 1, 2), Segment("cue", 7, 8)
    features, _ = pair_features([child], [before, after], words)
    assert features[0, 0, 0] < 12 <= features[0, 1, 0]
    assert features[0, 0, 5] == 0
    assert features[0, 1, 5] == 1
