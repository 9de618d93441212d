"""Word2vec: which words meet, and the steps that pull their vectors together and push drawn ones away.

All randomness is a hash of a stream (a number made from seed, epoch and piece of text) and a place in it, so
it is the same whatever thread asks first.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from textmine.kernels import kernel, kernel_fast

Array: TypeAlias = NDArray[Any]
Number: TypeAlias = Any

LINE_END = 0
NEGATIVE, SOFTMAX, HIERARCHICAL = 0, 1, 2  # losses
GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
MIX_1, MIX_2 = np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB)
S27, S30, S31, S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
LOW = np.uint64(0xFFFF_FFFF)
LINE = 16  # float32 in a line of the cache
LEAST = np.float32(1e-37)  # of a probability in a logarithm


def _prefetch_code(typing: Any, table: Any, row: Any, column: Any) -> Any:
    """Ask the processor to bring table[row, column] into its cache, and do not wait for it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, *places = signature.args
        array = context.make_array(kind)(context, builder, arguments[0])
        indices = [
            context.cast(builder, value, place, types.intp)
            for value, place in zip(arguments[1:], places, strict=True)
        ]
        pointer = cgutils.get_item_pointer(context, builder, kind, array, indices)  # type: ignore[no-untyped-call]
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        takes = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], takes)
        for_writing, near, data = number(1), number(3), number(1)
        builder.call(hint, [builder.bitcast(pointer, byte), for_writing, near, data])
        return context.get_dummy_value()

    return types.void(table, row, column), generate


_prefetch: Any = intrinsic(_prefetch_code)


@kernel
def _hash(stream: Number, place: Number) -> Number:
    """64 random bits for a place in a stream (SplitMix64 as a counter-based generator)."""
    x = np.uint64(stream) + np.uint64(place) * GOLDEN
    x = (x ^ (x >> S30)) * MIX_1
    x = (x ^ (x >> S27)) * MIX_2
    return x ^ (x >> S31)


@kernel
def subsample(ids: Array, keep: Array, stream: Number, out: Array) -> int:
    """Fill `out` with the ids that stay, and return how many: word k with probability keep[k] / 2^32."""
    count = 0
    for place in range(ids.size):
        word = ids[place]
        if word == LINE_END or (_hash(stream, place) & LOW) < keep[word]:
            out[count] = word
            count += 1
    return count


@kernel
def _reach(ids: Array, place: Number, window: Number, stream: Number) -> tuple[int, int]:
    """The bounds of the window around a place: 1 to `window` words to either side, uniformly, in its line."""
    width = 1 + np.int64(((_hash(stream, place) >> S32) * np.uint64(window)) >> S32)
    first = place
    while first > 0 and place - first < width and ids[first - 1] != LINE_END:
        first -= 1
    last = place
    while last + 1 < ids.size and last - place < width and ids[last + 1] != LINE_END:
        last += 1
    return first, last


@kernel
def sort_pairs(
    ids: Array,
    window: Number,
    stream: Number,
    group: Array,
    groups: Number,
    shared: Number,
    places: Array,
    contexts: Array,
    targets: Array,
) -> None:
    """Put each pair of a word (target) and another one in its window (context) at the next free place of its
    block, places[block], which moves on; with empty `contexts` only count.

    The block of a context in group a and a target in group b is a * groups + b; with `shared` the pairs of a
    and b and those of b and a are in one block, that with a <= b.
    """
    write = contexts.size > 0
    for place in range(ids.size):
        if ids[place] == LINE_END:
            continue
        word = ids[place] - 1
        first, last = _reach(ids, place, window, stream)
        b = np.int64(group[word])
        for other in range(first, last + 1):
            if other == place:
                continue
            context = ids[other] - 1
            a = np.int64(group[context])
            block = b * groups + a if shared and b < a else a * groups + b
            if write:
                contexts[places[block]] = context
                targets[places[block]] = word
            places[block] += 1


@kernel
def gather_windows(
    ids: Array, window: Number, stream: Number, bags: Array, members: Array, targets: Array
) -> int:
    """Fill in the words that have others in their windows (`targets`) and those others, members[bags[s]] to
    members[bags[s + 1] - 1]; return how many targets there are. bags[0] is 0."""
    count, found = 0, 0
    for place in range(ids.size):
        if ids[place] == LINE_END:
            continue
        first, last = _reach(ids, place, window, stream)
        if first == last:
            continue
        for other in range(first, last + 1):
            if other != place:
                members[found] = ids[other] - 1
                found += 1
        targets[count] = ids[place] - 1
        count += 1
        bags[count] = found
    return count


@kernel
def build_alias(weights: Array, starts: Array, thresholds: Array, aliases: Array, stack: Array) -> None:
    """Vose's alias tables of the pieces starts[g] to starts[g + 1] of `weights` (positive), each for itself;
    `aliases` count from the start of the piece. `stack` is room, as long as `weights`."""
    for g in range(starts.size - 1):
        start, stop = starts[g], starts[g + 1]
        size = stop - start
        total = 0.0
        for s in range(start, stop):
            total += weights[s]
        small, large = (
            start,
            stop,
        )  # the light ones grow from the left end of the stack, the heavy from the right
        scaled = np.empty(size, np.float64)
        for s in range(size):
            scaled[s] = weights[start + s] * size / total
            if scaled[s] < 1.0:
                stack[small] = s
                small += 1
            else:
                large -= 1
                stack[large] = s
        while small > start and large < stop:
            light, heavy = stack[small - 1], stack[large]
            small -= 1
            thresholds[start + light] = np.uint64(scaled[light] * 4294967296.0)
            aliases[start + light] = heavy
            scaled[heavy] -= 1.0 - scaled[light]
            if scaled[heavy] < 1.0:
                large += 1
                stack[small] = heavy
                small += 1
        for s in range(start, small):
            thresholds[start + stack[s]] = np.uint64(4294967296)
            aliases[start + stack[s]] = stack[s]
        for s in range(large, stop):
            thresholds[start + stack[s]] = np.uint64(4294967296)
            aliases[start + stack[s]] = stack[s]


@kernel_fast
def train(
    rows: Array,
    squares: Array,
    output_rows: Array,
    output_squares: Array,
    first_sample: Number,
    last_sample: Number,
    bags: Array,
    members: Array,
    targets: Array,
    loss: Number,
    rate: Number,
    negative: Number,
    stream: Number,
    group: Array,
    slots: Array,
    words: Array,
    thresholds: Array,
    aliases: Array,
    starts: Array,
    nodes: Array,
    codes: Array,
) -> Number:
    """Train on the samples first_sample to last_sample - 1 in order, and return the sum of their losses.

    In sample s the words members[bags[s]] to members[bags[s + 1] - 1] predict targets[s], or members[s] alone
    where `bags` is empty. Their rows, added up (SOFTMAX) or averaged, are met with output rows, and all of
    them move; each word of the bag takes the whole step of the average, as in Mikolov's program.

    `rows` and `output_rows` are float32 of dim columns and may be one table; `squares` and `output_squares`
    are AdaGrad's sums (float64, a number for each row), or of length 0 for plain SGD.

    NEGATIVE and SOFTMAX tell the target from `negative` words drawn from its group g, but for those that are
    the target itself. A slot s of slots[g] to slots[g + 1] - 1, drawn uniformly, stands for words[s], or for
    words[slots[g] + aliases[s]] where 32 more random bits reach thresholds[s]. HIERARCHICAL meets the inner
    nodes above the target, nodes[starts[target]] to nodes[starts[target + 1] - 1], of which `codes` says
    whether the target lies to the left (0).
    """
    dim = rows.shape[1]
    adagrad = squares.size > 0
    longest = negative + 1
    if loss == HIERARCHICAL:
        for t in range(starts.size - 1):
            longest = max(longest, starts[t + 1] - starts[t])
    hidden, ascent = np.empty(dim, np.float32), np.empty(dim, np.float32)
    scores = np.empty(longest, np.float32)
    chosen, counts = np.empty((2, longest), np.int64), np.zeros(2, np.int64)
    total_loss = 0.0
    for coming in range(first_sample, last_sample + 1):
        # While one sample is worked on, the rows of the next one come from far memory.
        if coming < last_sample:
            turn, target, count = coming & 1, targets[coming], 0
            if loss == HIERARCHICAL:
                for place in range(starts[target], starts[target + 1]):
                    chosen[turn, count] = nodes[place]
                    count += 1
            else:
                chosen[turn, 0] = target
                count = 1
                g = group[target]
                begin, size = slots[g], np.uint64(slots[g + 1] - slots[g])
                for number in range(negative):
                    bits = _hash(stream, coming * negative + number)
                    slot = begin + np.int64(((bits >> S32) * size) >> S32)
                    if (bits & LOW) >= thresholds[slot]:
                        slot = begin + aliases[slot]
                    word = words[slot]
                    if word != target:
                        chosen[turn, count] = word
                        count += 1
                for c in range(count):
                    for d in range(0, dim, LINE):
                        _prefetch(output_rows, chosen[turn, c], d)
            counts[turn] = count
            word = members[coming if bags.size == 0 else bags[coming + 1] - 1]
            for d in range(0, dim, LINE):
                _prefetch(rows, word, d)
        if coming == first_sample:
            continue
        sample = coming - 1
        turn, target, count = sample & 1, targets[sample], counts[sample & 1]
        first, last = sample, sample + 1
        if bags.size > 0:
            first, last = bags[sample], bags[sample + 1]
        for d in range(dim):
            hidden[d] = np.float32(0)
        for m in range(first, last):
            word = members[m]
            for d in range(dim):
                hidden[d] += rows[word, d]
        if loss != SOFTMAX:
            share = np.float32(1) / np.float32(last - first)
            for d in range(dim):
                hidden[d] *= share
        for c in range(count):
            row = chosen[turn, c]
            score = np.float32(0)
            for d in range(dim):
                score += hidden[d] * output_rows[row, d]
            scores[c] = score
        # Scores become the gradients by the score.
        if loss == SOFTMAX:
            top = scores[0]
            for c in range(1, count):
                top = max(top, scores[c])
            total = np.float32(0)
            for c in range(count):
                scores[c] = np.exp(scores[c] - top)
                total += scores[c]
            total_loss -= math.log(max(scores[0] / total, LEAST))
            for c in range(count):
                scores[c] /= -total
            scores[0] += np.float32(1)
        else:
            likelihood = 1.0
            for c in range(count):
                positive = codes[starts[target] + c] == 0 if loss == HIERARCHICAL else c == 0
                sign = np.float32(1) if positive else np.float32(-1)
                probability = np.float32(1) / (np.float32(1) + np.exp(-sign * scores[c]))
                likelihood *= max(probability, LEAST)
                scores[c] = sign * (np.float32(1) - probability)
            total_loss -= math.log(max(likelihood, 1e-300))
        for d in range(dim):
            ascent[d] = np.float32(0)
        square = np.float32(0)
        if adagrad:
            for d in range(dim):
                square += hidden[d] * hidden[d]
            square /= np.float32(dim)
        for c in range(count):
            row, slope = chosen[turn, c], scores[c]
            step = rate
            if adagrad:
                output_squares[row] += slope * slope * square
                step = np.float32(rate / math.sqrt(output_squares[row]))
            step *= slope
            for d in range(dim):
                ascent[d] += slope * output_rows[row, d]
                output_rows[row, d] += step * hidden[d]
        if adagrad:
            square = np.float32(0)
            for d in range(dim):
                square += ascent[d] * ascent[d]
            square /= np.float32(dim)
        for m in range(first, last):
            word = members[m]
            step = rate
            if adagrad:
                squares[word] += square
                step = np.float32(rate / math.sqrt(squares[word]))
            for d in range(dim):
                rows[word, d] += step * ascent[d]
    return total_loss
