"""Exact nearest neighbours by transport distance."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.arrays import add_array, map_array
from textmine.errors import InputError, ModelError
from textmine.files import refuse_pipe, written
from textmine.kernels import relaxed
from textmine.parallel import ordered_map, thread_count
from textmine.similarity.bags import UNIT, Masses
from textmine.similarity.pairs import Kind, check_size, padded, transport_distances

VERSION = 1
CAUTION = 1e-4  # of a bound: it is summed in float32
SLACK = 1e-6  # 1 - <x, y> in float32 may be off by this much, also where it should be 0
FIRST, LATER = 32, 128  # texts that are solved before the bar is looked at again


@dataclass(frozen=True)
class Nearest:
    """The `texts` (int64) nearest to a query and their `distances` (float64), nearest first, of equal ones
    the first; their dual values are `duals`; `solved` of the `compared` texts were solved, the bound ruled
    the others out."""

    texts: NDArray[np.int64]
    distances: NDArray[np.float64]
    duals: NDArray[np.float64]
    solved: int
    compared: int


def _check(
    starts: NDArray[Any],
    rows: NDArray[Any],
    units: NDArray[Any],
    used: NDArray[Any],
    compact: NDArray[Any],
    shares: NDArray[Any],
    table: NDArray[Any],
) -> None:
    """Raise ValueError where the arrays of a file do not go together: kernels do not look."""
    size = len(rows)
    ends = len(starts) and starts[0] == 0 and starts[-1] == size and (np.diff(starts) >= 0).all()
    if not ends or not len(units) == len(compact) == len(shares) == size or table.ndim != 2:
        raise ValueError("the texts do not end where they should")
    for numbers, limit in ((rows, len(table)), (used, len(table)), (compact, len(used))):
        if len(numbers) and not (numbers.min() >= 0 and numbers.max() < limit):
            raise ValueError("a word has no vector")
    full = starts[:-1][np.diff(starts) > 0]
    if size and not ((units > 0).all() and (np.add.reduceat(units, full) == UNIT).all()):
        raise ValueError("the masses do not add up")


class TransportIndex:
    """Texts to be searched by transport distance.

    table, kind: as in `transport_distances`. masses: of the texts, on the rows of `table`.
    """

    def __init__(self, table: NDArray[np.float32], kind: Kind, masses: Masses) -> None:
        # Only rows that occur are compared with a query.
        used, rows = np.unique(masses.rows, return_inverse=True)
        shares = (masses.units / UNIT).astype(np.float32)
        self._set_up(padded(table), kind, masses, used.astype(np.int32), rows.astype(np.int32), shares)

    def _set_up(
        self,
        table: NDArray[np.float32],
        kind: Kind,
        masses: Masses,
        used: NDArray[np.int32],
        rows: NDArray[np.int32],
        shares: NDArray[np.float32],
    ) -> None:
        self.table = table
        self.kind: Kind = kind
        self.masses = masses
        self._used, self._rows, self._shares = used, rows, shares
        self._full = int((np.diff(masses.starts) > 0).sum())

    def save(self, path: str | Path, header: dict[str, Any], **arrays: NDArray[Any]) -> None:
        """Write a file, whole or not at all, that `load` maps into memory. `header` (what JSON can hold) and
        `arrays` are kept with it. Raises InputError when the file cannot be created."""
        document = json.dumps({"version": VERSION, "kind": self.kind, "header": header}, ensure_ascii=False)
        members: dict[str, NDArray[Any]] = {
            "index": np.frombuffer(document.encode(), np.uint8),
            "table": self.table,
            "starts": self.masses.starts,
            "rows": self.masses.rows,
            "units": self.masses.units,
            "used": self._used,
            "compact": self._rows,
            "shares": self._shares,
            **arrays,
        }
        refuse_pipe(path, "an index")
        with written(path) as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, array in members.items():
                add_array(archive, stream, name, array)

    @classmethod
    def load(cls, path: str | Path) -> tuple[TransportIndex, dict[str, Any], dict[str, NDArray[Any]]]:
        """The index in a file, with the header and the arrays that were kept. Raises InputError where it
        cannot be opened, ModelError where it is no index or damaged."""
        try:
            with zipfile.ZipFile(path) as archive:
                names = [name.removesuffix(".npy") for name in archive.namelist()]
                if "index" not in names:
                    raise ModelError(f"{path} is no index of texts", "write one with `index`")
                arrays = {name: map_array(archive, Path(path), name) for name in names}
                document = json.loads(arrays.pop("index").tobytes())
                if document["version"] != VERSION:
                    raise ModelError(f"{path} is an index of another version", "write it again")
                index = cls.__new__(cls)
                starts, rows, units = (arrays.pop(name) for name in ("starts", "rows", "units"))
                used, compact, shares = (arrays.pop(name) for name in ("used", "compact", "shares"))
                _check(starts, rows, units, used, compact, shares, arrays["table"])
                index._set_up(
                    arrays.pop("table"), document["kind"], Masses(starts, rows, units), used, compact, shares
                )
                return index, document["header"], arrays
        except ModelError:
            raise
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}", "check the path") from error
        except Exception as error:  # of damaged files zipfile and numpy complain in a dozen ways
            raise ModelError(f"{path} is no index of texts, or damaged", "write it with `index`") from error

    def search(self, query: Masses, top: int = 10, *, threads: int | None = None) -> Nearest:
        """The `top` texts nearest to `query` (one text), exactly as if all were solved.

        A text is solved only while fewer than `top` are nearer than its relaxed bound: each mass goes to its
        nearest partner, the larger of the two directions (M. Kusner, Y. Sun, N. Kolkin, K. Weinberger, From
        Word Embeddings To Document Distances, 2015; K. Atasu, T. Mittelholzer, 2019). Texts without mass are
        never found; a query without mass finds nothing. Raises ResourceError where the query's words
        times those of all texts are more than 2^28.
        """
        if not query.rows.size or not self._full:
            return Nearest(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), 0, 0)
        bounds = self._bounds(query, threads)
        order = np.argsort(bounds, kind="stable")[: self._full]
        texts, distances, duals = np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
        solved = 0
        while solved < len(order):
            bar = distances[top - 1] if len(distances) >= top else np.inf
            batch = order[solved : solved + (LATER if solved else max(FIRST, top))]
            batch = batch[bounds[batch] * (1 - CAUTION) - SLACK <= bar]
            if not len(batch):
                break
            values, proofs = transport_distances(
                self.table,
                self.kind,
                query,
                self.masses,
                (np.zeros(len(batch), np.int64), batch.astype(np.int64)),
                threads=threads,
            )
            solved += len(batch)
            texts, distances = np.concatenate([texts, batch]), np.concatenate([distances, values])
            duals = np.concatenate([duals, proofs])
            best = np.lexsort((texts, distances))[:top]
            texts, distances, duals = texts[best], distances[best], duals[best]
        return Nearest(texts, distances, duals, solved, self._full)

    def _bounds(self, query: Masses, threads: int | None) -> NDArray[np.float64]:
        check_size(len(self._used) * len(query.rows))
        words, shares = self.table[query.rows], (query.units / UNIT).astype(np.float32)
        distances = np.empty((len(self._used), len(words)), np.float32)
        least = np.empty(len(self._used), np.float32)
        bounds = np.empty(len(self.masses))
        workers = thread_count(threads)

        def measure(part: slice) -> None:
            relaxed.distance_rows(
                self.table[self._used[part]], words, self.kind == "euclidean", distances[part], least[part]
            )

        def bound(part: slice) -> None:
            starts = self.masses.starts[part.start : part.stop + 1]
            nearest = np.empty(len(words), np.float32)
            relaxed.relaxed_bounds(
                starts, self._rows, self._shares, shares, distances, least, nearest, bounds[part]
            )

        for work, size in ((measure, len(self._used)), (bound, len(self.masses))):
            step = -(-size // (4 * workers))
            for _ in ordered_map(
                work, [slice(at, min(at + step, size)) for at in range(0, size, step)], workers
            ):
                pass
        return bounds
