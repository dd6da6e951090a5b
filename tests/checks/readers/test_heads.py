"""Linear heads: what they weigh, that training is repeatable, and that what is stored is what its texts give."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.train_heads import DATA, HEADS, TRAININGS, _fit, _fit_by_texts, _in_pairs, train, written
from checks.readers.embedding import MODEL_SHA256, SIZE, load
from checks.readers.heads import as_meaning_head, chance, meaning_head, spelling, spelling_head

ON_MEANING = [name for name, training in TRAININGS.items() if not training.on_spelling]
ON_SPELLING = [name for name, training in TRAININGS.items() if training.on_spelling]


@pytest.mark.parametrize("name", TRAININGS)
def test_heads_belong_to_their_texts(name):
    """Every stored head was trained on the texts as they are now, with the model as it is now."""
    stored = json.loads((HEADS / f"{name}.json").read_text("utf-8"))
    training = TRAININGS[name]
    assert stored["texts_sha256"] == sha256((DATA / training.file).read_bytes()).hexdigest()
    assert stored["labels"] == list(training.labels)
    assert stored.get("model_sha256", MODEL_SHA256) == MODEL_SHA256


@pytest.fixture
def thinned(monkeypatch, tmp_path):
    """A function that leaves every so many of a training's texts: enough to train on, and quick."""

    def leave(training, each):
        lines = (DATA / training.file).read_text("utf-8").splitlines(keepends=True)
        (tmp_path / training.file).write_text("".join([lines[0], *lines[1::each]]), encoding="utf-8")
        monkeypatch.setattr("bench.train_heads.DATA", Path(tmp_path))

    return leave


@pytest.mark.parametrize("training", TRAININGS.values(), ids=TRAININGS)
def test_training_is_repeatable(training, thinned):
    """The same texts give the same head to the byte."""
    thinned(training, 50)
    assert written(train(training, load())) == written(train(training, load()))


@pytest.mark.parametrize("name", ON_MEANING)
def test_heads_on_meaning_weigh_embeddings(name):
    """A head on meaning has a weight for each number of an embedding."""
    head = meaning_head(name)
    assert head.weights.shape == (len(head.labels), SIZE)
    assert head.logits(np.zeros((3, SIZE), np.float32)).tolist() == [head.starts.tolist()] * 3


def test_heads_may_weigh_pairs():
    """Weights of pairs count each product of two numbers once, as the likeness of texts that they come from."""
    chance_of = np.random.default_rng(5)
    features = chance_of.normal(size=(12, SIZE))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    answers = features[:, 0] * features[:, 1] > 0
    weights, pairs = _in_pairs(features, answers, 3.0)
    stored = {"labels": ["bad"], "weights": {"bad": weights.tolist()}, "pairs": {"bad": pairs.tolist()}}
    by_texts = (1 + features @ features.T) ** 2
    assert np.allclose(
        as_meaning_head(stored).logits(features.astype(np.float32))[:, 0],
        by_texts @ _fit_by_texts(by_texts, answers, 3.0),
        atol=1e-4,
    )


def test_voices_can_be_left_out(thinned):
    """A head trained without a voice is another than with it; a voice that nobody has changes nothing."""
    training = replace(TRAININGS["abuse_spelling"], looseness=1)
    thinned(training, 8)
    voices = {"first", "another hand", "strangers", "parents", "children", "gates", "dinner"}
    some = train(training, None, without=voices)
    assert some != train(training, None, without=voices - {"dinner"})
    assert some == train(training, None, without={*voices, "nobody"})


@pytest.mark.parametrize("name", ON_SPELLING)
def test_heads_on_spelling_start_somewhere(name):
    """A text without any known spelling says what the head starts with."""
    head = spelling_head(name)
    assert head.logit("") == pytest.approx(head.start, abs=5)
    assert head.logit("\u4e00\u4e8c\u4e09") == head.start


def test_both_ways_of_fitting_agree():
    """Weights found in the space of texts are those found in the space of features."""
    chance_of = np.random.default_rng(7)
    features = chance_of.normal(size=(40, 6))
    answers = features[:, 0] + chance_of.normal(size=40) > 0
    whole = np.hstack([np.ones((40, 1)), features])
    by_texts = whole.T @ _fit_by_texts(whole @ whole.T, answers, 2.0)
    assert np.allclose(_fit(features, answers, 2.0), by_texts, atol=1e-6)


def test_spelling():
    """A text's spelling is its words, their parts and their pairs, with digits as 0."""
    assert {" y0 ", "^_y0", "y0_rocks", "rocks_$", "rock", " ro"} <= spelling("Y4 rocks")


@given(st.text(max_size=200))
def test_any_text_has_a_spelling(text):
    """No text is too odd to be weighed, and chances lie between 0 and 1."""
    assert 0 <= chance(spelling_head("trivial").logit(text)) <= 1


def test_long_words_do_not_multiply():
    """The parts of a text grow with its length, not with its square: a word of a thousand letters is cut."""
    assert len(spelling("ab" * 500)) <= len(spelling("ab" * 1000)) <= 200


@given(st.floats(-1e6, 1e6))
def test_chances(logit):
    """Odds and their opposite add up to one, however large."""
    assert chance(logit) + chance(-logit) == pytest.approx(1)
