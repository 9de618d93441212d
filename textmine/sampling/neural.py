"""Neural models out of local folders, by the package transformers: one scores texts, one proposes words.

Nothing is fetched, and neither code nor pickles out of the folder are run. Models work on the processor, in
float32. As chains run side by side, `use_one_thread` is best, and makes results the same however many
processors there are.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.errors import InputError, ModelError
from textmine.kernels.sampling import SPECIAL
from textmine.sampling.energies import Units

LOGITS = 1 << 25  # of sentences scored together: 128 MB
SHARES = 1 << 23  # of places remembered: 64 MB


class CausalModel:
    """log p of a text by a causal model, its end included:

        log p(t_1 | start) + log p(t_2 | start t_1) + .. + log p(end | start t_1 .. t_m)

    t_1 .. t_m are the tokens that the model's own tokenizer makes of the text; other ways to cut it, which
    would add to its probability, are left out. start is the tokenizer's BOS, else its EOS (as GPT-2 has it),
    else its CLS; end is its EOS, else its SEP, else there is none, and p is of texts that begin like this.
    Where a text has what the tokenizer does not know, log p = -inf: its unknown token stands for all of that.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises InputError where there is no folder or package, ModelError where it is no such model."""
        self.path = path
        self._model, self._tokenizer, self._most = _load(path, "causal")
        self._start, self._end = self._first_of("bos", "eos", "cls"), self._first_of("eos", "sep")
        if not self._start:
            raise ModelError(
                f"the tokenizer of {path} has no token that texts begin with", "give it a BOS token"
            )

    def _first_of(self, *names: str) -> list[int]:
        found = [getattr(self._tokenizer, f"{name}_token_id") for name in names]
        return [token for token in found if token is not None][:1]

    def knows(self, texts: Sequence[str]) -> list[bool]:
        """Whether the tokenizer knows all of each."""
        unknown = self._tokenizer.unk_token_id
        return [unknown not in ids for ids in self._tokens(texts)]

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """log p (natural) of each. Raises InputError where one is longer than the model can read."""
        unknown = self._tokenizer.unk_token_id
        tokens = self._tokens(texts)
        known = [k for k, ids in enumerate(tokens) if unknown not in ids]
        rows = [self._start + tokens[k] + self._end for k in known]
        longest = max(map(len, rows), default=1)
        if longest > self._most:
            raise InputError(
                f"a sentence has {longest} tokens, of which {self.path} can read {self._most}",
                "allow shorter ones only",
            )
        size = max(LOGITS // (longest * self._model.get_input_embeddings().num_embeddings), 1)
        logs = [
            log for start in range(0, len(rows), size) for log in self._scored(rows[start : start + size])
        ]
        found = dict(zip(known, logs, strict=True))
        return [found.get(k, -np.inf) for k in range(len(texts))]

    def _scored(self, rows: list[list[int]]) -> list[float]:
        """log p of all but the first token of each row. Rows are filled up at their ends, which what stands
        before does not see."""
        import torch

        tokens = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
        inside = torch.arange(tokens.shape[1]) < torch.tensor([[len(row)] for row in rows])
        with torch.inference_mode():
            said = self._model(input_ids=tokens, attention_mask=inside.long(), use_cache=False)
            logits = said.logits[:, :-1]
            logs = logits.gather(-1, tokens[:, 1:, None])[:, :, 0] - logits.logsumexp(-1)
            sums: list[float] = logs.double().where(inside[:, 1:], 0.0).sum(-1).tolist()
        return sums

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        tokens: list[list[int]] = self._tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return tokens


class MaskedModel:
    """What a masked model says of a place between units: softmax over those words that are one token of its
    vocabulary, and 0 for others.

    `words` are those of a language model; in a text `space` stands between them. `single` says which units
    (int64) have a token.
    """

    def __init__(self, path: str | Path, words: Sequence[str], space: str) -> None:
        """Raises InputError where there is no folder or package, ModelError where it is no such model, and
        where none of the words is one token."""
        self._words, self._space = words, space
        self._model, self._tokenizer, self._most = _load(path, "masked")
        if self._tokenizer.mask_token_id is None:
            raise ModelError(f"the tokenizer of {path} has no mask token", "choose a model that has one")
        tokens = self._single_tokens()
        self.single = np.flatnonzero(tokens >= 0)
        if not self.single.size:
            raise ModelError(
                f"no word of the language model is a token of {path}", "choose models of the same language"
            )
        self._ids = tokens[self.single].tolist()
        self._known = lru_cache(max(SHARES // len(words), 16))(self._softmax)

    def _single_tokens(self) -> NDArray[np.int64]:
        """The token of each word as it is written behind others, -1 where it is not one."""
        special = {*self._tokenizer.all_special_ids}
        vocabulary = self._tokenizer.get_vocab() if not self._space else {}
        written = [self._space + word for word in self._words]
        found = np.full(len(written), -1, np.int64)
        for unit, ids in enumerate(self._tokenizer(written, add_special_tokens=False)["input_ids"]):
            token = vocabulary.get(self._words[unit], ids[0] if len(ids) == 1 else -1)
            if unit >= SPECIAL and token not in special:
                found[unit] = token
        return found

    def __call__(self, left: Units, right: Units) -> NDArray[np.float64]:
        """The probability of each unit (float64[words]) to stand between `left` and `right`."""
        shares = np.zeros(len(self._words))
        shares[self.single] = self._known(left, right)
        return shares

    def _softmax(self, left: Units, right: Units) -> NDArray[np.float64]:
        import torch

        mask = self._tokenizer.mask_token
        before, after = ([self._words[unit] for unit in units] for units in (left, right))
        tokens = self._tokenizer(self._space.join([*before, mask, *after]))["input_ids"]
        masks = [k for k, token in enumerate(tokens) if token == self._tokenizer.mask_token_id]
        place = masks[self._space.join(before).count(mask)]  # it may be a word, too
        start = max(min(place - self._most // 2, len(tokens) - self._most), 0)
        read = torch.tensor([tokens[start : start + self._most]])
        with torch.inference_mode():
            logits = self._model(input_ids=read, attention_mask=torch.ones_like(read)).logits
            shares: NDArray[np.float64] = logits[0, place - start, self._ids].double().softmax(-1).numpy()
        return shares


def use_one_thread() -> None:
    """Of torch, in all of the process: chains run side by side, and how sums are rounded must not depend on
    the number of processors."""
    import torch

    torch.set_num_threads(1)


def _load(path: str | Path, kind: str) -> tuple[Any, Any, int]:
    """A model that is "causal" or "masked", its tokenizer, and how many tokens it can read."""
    if not Path(path).is_dir():
        raise InputError(f"{path} is no folder", "name one with a model of transformers")
    try:
        import torch
        import transformers
        from transformers.models.auto import modeling_auto as auto
    except ImportError as error:
        raise InputError(
            f"neural models need a package that is not installed ({error.name})",
            'pip install "textmine[neural]"',
        ) from error
    transformers.utils.logging.set_verbosity(logging.CRITICAL)  # what is wrong is told here, on one line
    transformers.utils.logging.disable_progress_bar()
    loader, names, like = {
        "causal": (transformers.AutoModelForCausalLM, auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, "GPT-2"),
        "masked": (transformers.AutoModelForMaskedLM, auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES, "BERT"),
    }[kind]
    local = {"local_files_only": True, "trust_remote_code": False}
    todo = f"name the folder of a {kind} language model such as {like}, with its tokenizer and safetensors"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config = transformers.AutoConfig.from_pretrained(path, **local)
            found = config.architectures or ["a model of no known kind"]
            if not {*found} & {*names.values()}:  # a masked model would load as a causal one, for instance
                raise ModelError(f"{path} holds {found[0]}, which is no {kind} language model", todo)
            tokenizer = transformers.AutoTokenizer.from_pretrained(path, **local)
            model, facts = loader.from_pretrained(
                path, use_safetensors=True, output_loading_info=True, dtype=torch.float32, **local
            )
    except ModelError:
        raise
    except Exception as error:  # of damaged files transformers complains in a dozen ways
        told = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(f"cannot load {path}: {told}", todo) from error
    if facts["missing_keys"]:
        raise ModelError(f"{path} lacks weights, such as {min(facts['missing_keys'])}", todo)
    if not len({*tokenizer.all_special_ids}) < len(tokenizer) <= model.get_input_embeddings().num_embeddings:
        raise ModelError(f"{path} has no tokenizer, or another model's", todo)
    most = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    return model.eval(), tokenizer, min(most, tokenizer.model_max_length)
