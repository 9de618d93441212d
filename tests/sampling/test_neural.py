"""Neural models that score and propose: tiny ones, made here, and every sentence of a small space."""

from __future__ import annotations

import json
import math
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sampling import tiny
from tests.sampling.small import chance, enumerated, run, small_model
from tests.sampling.test_elsewhere import CASES, THREE, drawn, without_division, without_shares
from textmine.errors import InputError, ModelError
from textmine.language.model import LanguageModel
from textmine.sampling.chain import Chain, Sampler
from textmine.sampling.energies import Units
from textmine.sampling.neural import CausalModel, MaskedModel
from textmine.sampling.target import Target

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
torch.set_num_threads(1)  # chains run side by side

NO = -math.inf
SAMPLES, FEWER = 10_000, 3_000
POOR = ("poor", {"prior": THREE}, {"thin": 64})
"""Proposes all words but one, so that this one comes and goes slowly."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`causal` cuts ab as one token; `poor` knows a and b only."""
    folder = tmp_path_factory.mktemp("neural")
    tiny.causal(folder / "causal", tiny.tokenizer("abc", [("a", "b")], bos="[CLS]", eos="[SEP]"))
    tiny.masked(folder / "masked", tiny.tokenizer("abc"))
    tiny.masked(folder / "poor", tiny.tokenizer("ab"))
    return folder


@pytest.fixture(scope="module")
def scoring(folder: Path) -> CausalModel:
    return CausalModel(folder / "causal")


@pytest.fixture(scope="module")
def proposing(folder: Path) -> MaskedModel:
    return MaskedModel(folder / "masked", small_model().words, "")


@pytest.fixture(scope="module")
def poor(folder: Path) -> MaskedModel:
    return MaskedModel(folder / "poor", small_model().words, "")


@pytest.fixture
def sampler(scoring: CausalModel, proposing: MaskedModel, poor: MaskedModel) -> Any:
    """By which models, with which target."""

    def make(which: str, given: dict[str, Any]) -> Sampler:
        lm = scores(scoring, small_model()) if which in ("p", "both") else None
        candidates = {"candidates": proposing, "both": proposing, "poor": poor}.get(which)
        return Sampler(Target(small_model(), **given, lm=lm), candidates)

    return make


def scores(scoring: CausalModel, model: LanguageModel) -> Any:
    def log_probabilities(sentences: Sequence[Units]) -> list[float]:
        return scoring.log_probabilities(
            ["".join(model.words[unit] for unit in units) for units in sentences]
        )

    return log_probabilities


@pytest.mark.parametrize(
    ("case", "number"),
    [
        (CASES["p"], SAMPLES),
        (CASES["p, gibbs"], FEWER),
        (CASES["candidates"], FEWER),
        (CASES["candidates, a keyword"], FEWER),
        (CASES["candidates, gibbs"], FEWER),
        (POOR, FEWER),
        (CASES["both"], SAMPLES),
        (CASES["both, a keyword, gibbs"], FEWER),
    ],
)
def test_frequencies_are_probabilities(case: tuple[str, Any, Any], number: int, sampler: Any) -> None:
    which, given, options = case
    made = sampler(which, given)
    assert chance(drawn(made, number, **options), enumerated(made.target)) > 0.001


@pytest.mark.parametrize(
    ("name", "wrong", "case"),
    [("_propose", without_shares, "candidates, edit"), ("_weigh", without_division, "candidates, gibbs")],
)
def test_wrong_ratios_are_found_out(
    name: str, wrong: Any, case: str, sampler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the test: what is proposed left out."""
    which, given, options = CASES[case]
    made = sampler(which, given)
    monkeypatch.setattr(Chain, name, wrong)
    assert chance(drawn(made, FEWER, **options), enumerated(made.target)) < 1e-6


def plain(folder: Path, ids: list[int]) -> Any:
    """What a model says at each place, read without this program: log softmax of its logits."""
    import transformers

    kind = "AutoModelForCausalLM" if folder.name == "causal" else "AutoModelForMaskedLM"
    model = getattr(transformers, kind).from_pretrained(folder)
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].double().log_softmax(-1).numpy()


def test_scores_are_the_models(folder: Path, scoring: CausalModel) -> None:
    """[CLS] is 2, [SEP] 3, a 5, b 6, c 7 and ab 8."""
    cut = {"": [], "b": [6], "ab": [8], "cba": [7, 6, 5], "aabcab": [5, 8, 7, 8], "c" * 30: [7] * 30}
    expected = []
    for tokens in cut.values():
        logs = plain(folder / "causal", [2, *tokens, 3])
        expected.append(sum(logs[place, token] for place, token in enumerate([*tokens, 3])))
    assert scoring.log_probabilities(list(cut)) == pytest.approx(expected, abs=1e-4)
    assert [scoring.log_probabilities([text])[0] for text in cut] == pytest.approx(expected, abs=1e-4)
    assert scoring.log_probabilities(["abd", "b", "d"])[::2] == [NO, NO]
    assert scoring.knows(["abc", "d", "ad"]) == [True, False, False]
    assert scoring.log_probabilities([]) == []


def test_all_in_small_batches(scoring: CausalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a", "bd", "cab", "", "bbbbb", "d", "ca"]
    together = scoring.log_probabilities(texts)
    monkeypatch.setattr("textmine.sampling.neural.LOGITS", 2 * 7 * 9)
    assert scoring.log_probabilities(texts) == pytest.approx(together, abs=1e-5)


@pytest.mark.parametrize(
    ("names", "start", "end"),
    [
        ({}, 2, 3),
        ({"eos": "[MASK]"}, 4, 4),
        ({"bos": "[PAD]", "eos": "[MASK]"}, 0, 4),
        ({"bos": "[PAD]", "sep": None}, 0, None),
    ],
)
def test_where_texts_begin_and_end(
    names: dict[str, Any], start: int, end: int | None, tmp_path: Path
) -> None:
    path = tiny.causal(tmp_path / "causal", tiny.tokenizer("abc", **names))
    ids = [start, 7, 5, *([] if end is None else [end])]
    logs = plain(path, ids)
    expected = sum(logs[place, token] for place, token in enumerate(ids[1:]))
    assert CausalModel(path).log_probabilities(["ca"])[0] == pytest.approx(expected, abs=1e-4)


def test_proposals_are_the_models(folder: Path, poor: MaskedModel) -> None:
    """Of a and b, units 3 and 4, tokens 5 and 6; c, unit 5, is unknown to it."""
    for left, right in (((), ()), ((3,), (4, 4)), ((3, 5, 4), ())):
        tokens = {3: 5, 4: 6, 5: 1}
        ids = [2, *(tokens[unit] for unit in left), 4, *(tokens[unit] for unit in right), 3]
        logs = plain(folder / "poor", ids)[len(left) + 1, [5, 6]]
        expected = np.exp(logs) / np.exp(logs).sum()
        found = poor(left, right)
        assert found[[3, 4]] == pytest.approx(expected, abs=1e-5) and found.sum() == pytest.approx(1)
        assert found.shape == (6,) and not found[[0, 1, 2, 5]].any()
    assert poor.single.tolist() == [3, 4]


def test_words_between_spaces(tmp_path: Path) -> None:
    """Written behind a space; a word that is spelt like the mask does not stand for the place."""
    from transformers import BertTokenizer

    (tmp_path / "vocab.txt").write_text("\n".join([*tiny.SPECIAL, "the", "cat", "sat"]))
    path = tiny.masked(tmp_path / "masked", BertTokenizer(str(tmp_path / "vocab.txt")))
    words = ["<unk>", "<s>", "</s>", "cat", "thecat", "[MASK]", "sat", "[SEP]", "the"]
    masked = MaskedModel(path, words, " ")
    assert masked.single.tolist() == [3, 6, 8]
    logs = plain(path, [2, 4, 6, 4, 7, 3])[3, [6, 7, 5]]
    assert masked((5, 3), (6,))[[3, 6, 8]] == pytest.approx(np.exp(logs) / np.exp(logs).sum(), abs=1e-5)


def test_a_window_of_long_sentences(tmp_path: Path) -> None:
    path = tiny.masked(tmp_path / "masked", tiny.tokenizer("ab"), positions=8)
    masked = MaskedModel(path, small_model().words, "")
    logs = plain(path, [5] * 4 + [4] + [6] * 3)[4, [5, 6]]
    found = masked((4,) * 20 + (3,) * 20, (4,) * 20 + (3,) * 20)
    assert found[[3, 4]] == pytest.approx(np.exp(logs) / np.exp(logs).sum(), abs=1e-5)


@pytest.mark.parametrize("name", ["p, keywords", "both, a keyword, gibbs", "both"])
def test_chains_depend_on_seeds_alone(name: str, sampler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit: not on threads, other chains or what was asked for before."""
    which, given, options = CASES[name]
    made = sampler(which, given | {"prior": np.zeros(12)})
    monkeypatch.setattr("textmine.sampling.energies.Recent.__init__.__defaults__", (7,))  # and forgotten soon

    def results(**more: Any) -> list[Any]:
        found = run(made, steps=120, burn_in=20, thin=3, **options, **more)
        return [(one.sentences(), one.log_probabilities.tolist()) for one in found.samples]

    alone = results(threads=1)
    assert results(threads=3) == alone and results(threads=1, chains=2) == alone[:2]
    assert results(seed=2) != alone


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Notes what is connected to."""
    asked: list[Any] = []

    def connect(*given: Any) -> None:
        asked.append(given)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    yield asked


def test_nothing_is_fetched(folder: Path, offline: list[Any]) -> None:
    CausalModel(folder / "causal")
    MaskedModel(folder / "masked", small_model().words, "")
    with pytest.raises(InputError, match="gpt2 is no folder"):
        CausalModel("gpt2")
    assert not offline


def changed(folder: Path, **facts: Any) -> None:
    """With other facts in its configuration."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


def cut_short(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def without_head(folder: Path) -> None:
    from transformers import BertModel

    kept = json.loads((folder / "config.json").read_text())["architectures"]
    BertModel.from_pretrained(folder).save_pretrained(folder)
    changed(folder, architectures=kept)


def another_tokenizer(folder: Path) -> None:
    tiny.tokenizer("abcdefgh").save_pretrained(folder)


def without_tokenizer(folder: Path) -> None:
    for path in folder.glob("tokenizer*"):
        path.unlink()


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


BROKEN: list[tuple[str, Any, str]] = [
    ("causal", lambda folder: (folder / "config.json").unlink(), "cannot load .*causal: .*config"),
    ("causal", lambda folder: (folder / "config.json").write_text("{"), "cannot load .*not a valid JSON"),
    ("causal", lambda folder: (folder / "model.safetensors").unlink(), "cannot load .*model.safetensors"),
    ("causal", pickled, "cannot load .*safetensors"),
    ("causal", cut_short, "cannot load .*header"),
    ("causal", lambda folder: changed(folder, n_embd=32), "cannot load "),
    ("causal", lambda folder: changed(folder, architectures=None), "holds a model of no known kind"),
    (
        "causal",
        lambda folder: changed(folder, auto_map={"AutoConfig": "a.B"}, model_type="x"),
        "cannot load ",
    ),
    ("causal", without_tokenizer, "cannot load|no tokenizer"),
    ("causal", another_tokenizer, "another model's"),
    ("masked", without_tokenizer, "cannot load|no tokenizer"),
    ("masked", without_head, "lacks weights, such as cls"),
]


@pytest.mark.parametrize(("name", "damage", "told"), BROKEN)
def test_damaged_folders(
    name: str, damage: Any, told: str, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / name
    shutil.copytree(folder / name, copy)
    damage(copy)
    capfd.readouterr()
    with pytest.raises(ModelError, match=told) as caught:
        CausalModel(copy) if name == "causal" else MaskedModel(copy, small_model().words, "")
    assert "\n" not in str(caught.value) and f"a {name} language model such as" in caught.value.todo
    assert capfd.readouterr() == ("", "")


def test_models_of_the_other_kind(folder: Path) -> None:
    with pytest.raises(ModelError, match="holds BertForMaskedLM, which is no causal language model"):
        CausalModel(folder / "masked")
    with pytest.raises(ModelError, match="holds GPT2LMHeadModel, which is no masked language model"):
        MaskedModel(folder / "causal", small_model().words, "")


def test_tokenizers_that_will_not_do(folder: Path, tmp_path: Path) -> None:
    words = small_model().words
    with pytest.raises(ModelError, match="has no mask token; choose"):
        MaskedModel(tiny.masked(tmp_path / "a", tiny.tokenizer("ab", mask=None)), words, "")
    with pytest.raises(ModelError, match="no word of the language model is a token of"):
        MaskedModel(tiny.masked(tmp_path / "b", tiny.tokenizer("xyz")), words, "")
    with pytest.raises(ModelError, match="no token that texts begin with"):
        CausalModel(tiny.causal(tmp_path / "c", tiny.tokenizer("ab", cls=None, sep=None)))
    with pytest.raises(InputError, match=r"a sentence has 33 tokens, of which .* can read 32; allow shorter"):
        CausalModel(folder / "causal").log_probabilities(["c" * 31])
