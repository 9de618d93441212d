"""Optimal transport between small sets: network simplex on a dense table of costs.

The masses to send from n rows and to receive in m columns are int64 with equal sums, so that flows are exact
and ties are ties. The basis is a spanning tree of the n + m nodes (rows 0..n-1, columns n..n+m-1), rooted,
each node but the root with the flow of the arc to its parent. An arc goes from a row to a column.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmine.kernels import kernel, kernel_fast

Array: TypeAlias = NDArray[Any]

INTS, LONGS, FLOATS = 10, 3, 2  # rows of the arrays that `solve` works in
MOST = np.int64(1) << 62
MOST_BUCKETS = 1024
TOLERANCE = 2e-15  # of the largest cost, times n + m: reduced costs above minus this count as 0
LARGEST = 1e100  # of a cost; beyond it sums might not be finite
SMALLEST = 1e-290  # of a range of costs that is worth buckets
BLOCK = 8  # rows looked at for the next arc


@kernel
def cheapest_first(
    cost: Array, least: float, most: float, order: Array, sends: Array, wants: Array,
    rows: Array, columns: Array, flows: Array,
) -> int:  # fmt: skip
    """A basic solution: the cheapest cells first (in buckets of like cost), each as full as can be; costs are
    from `least` to `most`.

    Fills rows, columns and flows of the n + m - 1 cells; `sends` and `wants` are used up. A cell closes its
    row or its column, never both, so the cells are a spanning tree.
    """
    n, m = cost.shape
    buckets = min(n * m, MOST_BUCKETS)
    ends = np.zeros(buckets + 1, np.int32)
    scale = (buckets - 1) / (most - least) if most - least > SMALLEST else 0.0
    for i in range(n):
        for j in range(m):
            ends[int((cost[i, j] - least) * scale) + 1] += 1
    for bucket in range(buckets):
        ends[bucket + 1] += ends[bucket]
    for i in range(n):
        for j in range(m):
            bucket = int((cost[i, j] - least) * scale)
            order[ends[bucket]] = i * m + j
            ends[bucket] += 1
    open_rows = n
    cells = 0
    for place in range(n * m):
        i = order[place] // m
        j = order[place] - i * m
        if sends[i] < 0 or wants[j] < 0:  # closed
            continue
        flow = min(sends[i], wants[j])
        rows[cells], columns[cells], flows[cells] = i, j, flow
        cells += 1
        sends[i] -= flow
        wants[j] -= flow
        if sends[i] == 0 and (wants[j] > 0 or open_rows > 1):
            sends[i] = -1
            open_rows -= 1
        else:
            wants[j] = -1
        if cells == n + m - 1:
            break
    return cells


@kernel
def plant(cost: Array, cells: int, ints: Array, longs: Array, potential: Array) -> None:
    """Make the tree of the cells: parents, depths, flows, lists of children, potentials."""
    n, m = cost.shape
    parent, depth, first, after, before, stack, head, rows, columns, link = ints
    flow, flows = longs[0], longs[1]
    for x in range(n + m):
        head[x] = first[x] = -1
        parent[x] = -2
    for cell in range(cells):  # each node's cells: two entries a cell, of its row and of its column
        a, b = rows[cell], n + columns[cell]
        link[2 * cell], head[a] = head[a], 2 * cell
        link[2 * cell + 1], head[b] = head[b], 2 * cell + 1
    root = rows[cells - 1]
    parent[root] = after[root] = before[root] = -1
    depth[root] = 0
    potential[root] = 0.0
    stack[0] = root
    size = 1
    while size:
        size -= 1
        x = stack[size]
        entry = head[x]
        while entry >= 0:
            cell = entry >> 1
            y = rows[cell] if entry & 1 else n + columns[cell]
            if parent[y] == -2:
                parent[y] = x
                flow[y] = flows[cell]
                depth[y] = depth[x] + 1
                potential[y] = cost[rows[cell], columns[cell]] - potential[x]
                before[y], after[y] = -1, first[x]
                if first[x] >= 0:
                    before[first[x]] = y
                first[x] = y
                stack[size] = y
                size += 1
            entry = link[entry]


@kernel
def most_negative(cost: Array, potential: Array, row: int, count: int, reduced: Array, bits: Array) -> Any:
    """The row among `count` from `row` on that has the most negative reduced cost, and its bits.

    `bits` is `reduced` seen as uint64: the sign bit makes a negative number larger than any positive one, and
    the more so the more negative it is, so that a maximum of whole numbers, which is vectorised, finds it.
    """
    n, m = cost.shape
    columns = potential[n : n + m]
    best, where = np.uint64(0), 0
    for i in range(row, row + count):
        i = i - n if i >= n else i
        costs = cost[i]
        u = potential[i]
        for j in range(m):
            reduced[j] = costs[j] - u - columns[j]
        top = np.uint64(0)
        for j in range(m):
            top = max(top, bits[j])
        if top > best:
            best, where = top, i
    return where, best


@kernel
def pivot(i: int, b: int, n: int, value: float, ints: Array, flow: Array, potential: Array) -> None:
    """Bring the arc from row i to column node b, of reduced cost `value` < 0, into the tree.

    Of the arcs that run empty first, the last on the way around from the top of the cycle along the arc
    leaves (Cunningham's rule: a strongly feasible tree stays so, and does not cycle).
    """
    parent, depth, first, after, before = ints[0], ints[1], ints[2], ints[3], ints[4]
    least_a, leaves_a, least_b, leaves_b = MOST, i, MOST, b
    x, y = i, b
    while x != y:
        if depth[x] > depth[y]:
            if x < n and flow[x] < least_a:
                least_a, leaves_a = flow[x], x
            x = parent[x]
        else:
            if y >= n and flow[y] <= least_b:
                least_b, leaves_b = flow[y], y
            y = parent[y]
    top = x
    if least_b <= least_a:
        moved, leaves, low, high = least_b, leaves_b, b, i
    else:
        moved, leaves, low, high = least_a, leaves_a, i, b
    if moved:
        x = i
        while x != top:
            flow[x] += -moved if x < n else moved
            x = parent[x]
        x = b
        while x != top:
            flow[x] += moved if x < n else -moved
            x = parent[x]
    # What hung at `leaves` hangs at `low` now, under `high`: turn the way between them round.
    x, above, here = low, high, moved
    while True:
        old_parent, old_flow = parent[x], flow[x]
        if before[x] >= 0:
            after[before[x]] = after[x]
        else:
            first[old_parent] = after[x]
        if after[x] >= 0:
            before[after[x]] = before[x]
        parent[x], flow[x] = above, here
        before[x], after[x] = -1, first[above]
        if first[above] >= 0:
            before[first[above]] = x
        first[above] = x
        if x == leaves:
            break
        x, above, here = old_parent, x, old_flow
    shift = value if low >= n else -value  # of columns; rows the other way
    x = low
    depth[x] = depth[high] + 1
    while True:
        potential[x] += shift if x >= n else -shift
        y = first[x]
        if y >= 0:
            depth[y] = depth[x] + 1
            x = y
            continue
        while x != low and after[x] < 0:
            x = parent[x]
        if x == low:
            break
        y = after[x]
        depth[y] = depth[x]
        x = y


@kernel
def settle(cost: Array, ints: Array, potential: Array) -> None:
    """Potentials anew from the tree: the sums of many pivots have rounding."""
    n = len(cost)
    parent, first, after, stack = ints[0], ints[2], ints[3], ints[5]
    x = 0
    while parent[x] >= 0:
        x = parent[x]
    potential[x] = 0.0
    stack[0] = x
    size = 1
    while size:
        size -= 1
        x = stack[size]
        y = first[x]
        while y >= 0:
            potential[y] = (cost[x, y - n] if x < n else cost[y, x - n]) - potential[x]
            stack[size] = y
            size += 1
            y = after[y]


@kernel
def solve(
    cost: Array,
    sends: Array,
    wants: Array,
    block: int,
    order: Array,
    ints: Array,
    longs: Array,
    floats: Array,
    stop: Array,
) -> int:
    """The cheapest flow; leaves the tree in `ints` (parents) and longs[0] (flows), potentials in floats[0].

    cost: float64 (n, m), finite. sends (n), wants (m): int64 above 0 with equal sums; used up. order: int32,
    n * m at least. ints (INTS, 2 (n + m)) int32, longs (LONGS, n + m) int64, floats (FLOATS, n + m) float64.
    `block` rows are looked at for each pivot. The number of pivots is returned, and -1, with nothing done,
    where a cost is not a number or larger than LARGEST. It gives up once stop[0] is not 0.
    """
    n, m = cost.shape
    potential = floats[0]
    reduced = floats[1][:m]
    bits = reduced.view(np.uint64)
    least, most = cost[0, 0], cost[0, 0]
    for i in range(n):
        for j in range(m):
            x = cost[i, j]
            if not abs(x) <= LARGEST:
                return -1
            least = x if x < least else least
            most = x if x > most else most
    cells = cheapest_first(cost, least, most, order, sends, wants, ints[7], ints[8], longs[1])
    plant(cost, cells, ints, longs, potential)
    reduced[0] = (
        -TOLERANCE * max(abs(least), abs(most)) * (n + m)
    )  # potentials are sums of that many costs at most
    nothing = bits[0]
    block = min(block, n)
    row = idle = pivots = 0
    settled = False
    while not stop[0]:
        i, best = most_negative(cost, potential, row, block, reduced, bits)
        row = row + block - (n if row + block >= n else 0)
        if best <= nothing:
            idle += block
            if idle < n:
                continue
            if settled:
                return pivots
            settle(cost, ints, potential)
            settled = True
            idle = 0
            continue
        idle = 0
        settled = False
        pivots += 1
        u = potential[i]
        j, value = 0, 0.0
        for column in range(m):
            x = cost[i, column] - u - potential[n + column]
            if x < value:
                j, value = column, x
        pivot(i, n + j, n, value, ints, longs[0], potential)
    return pivots


@kernel_fast
def fill_costs(table: Array, rows: Array, columns: Array, euclidean: bool, cost: Array) -> None:
    """cost[i, j] = |x - y| (euclidean), else 1 - <x, y>, for the rows x = table[rows[i]], y =
    table[columns[j]].

    float32 throughout, as the table; a distance of a row to itself is exactly 0.
    """
    for i in range(rows.size):
        x = table[rows[i]]
        for j in range(columns.size):
            y = table[columns[j]]
            total = np.float32(0.0)
            if euclidean:
                for k in range(x.size):
                    difference = x[k] - y[k]
                    total += difference * difference
                cost[i, j] = math.sqrt(total)
            else:
                for k in range(x.size):
                    total += x[k] * y[k]
                cost[i, j] = 0.0 if rows[i] == columns[j] else max(np.float32(1.0) - total, np.float32(0.0))


@kernel
def meet(
    rows: Array, units: Array, others: Array, their_units: Array, cancel: bool,
    left: Array, sends: Array, right: Array, wants: Array,
) -> Any:  # fmt: skip
    """Write what two texts, their rows ascending, have to move, and how many rows each.

    `cancel`: mass on a row that both have stays where it is, which for a metric is the best it can do. Equal
    texts have nothing to move whatever the costs, as a row costs nothing to itself and none costs less. Every
    sender gets one unit more, and the largest receiver all of these: then hardly any part of the senders adds
    up to what a part of the receivers wants, which is where a simplex method marks time.
    """
    if rows.size == others.size and (rows == others).all() and (units == their_units).all():
        return 0, 0
    n = m = 0
    i, j = 0, 0
    while i < rows.size or j < others.size:
        if j == others.size or (i < rows.size and rows[i] < others[j]):
            sent, wanted = units[i], np.int64(0)
            row = rows[i]
            i += 1
        elif i == rows.size or others[j] < rows[i]:
            sent, wanted = np.int64(0), their_units[j]
            row = others[j]
            j += 1
        else:
            sent, wanted = units[i], their_units[j]
            row = rows[i]
            if cancel:
                same = min(sent, wanted)
                sent -= same
                wanted -= same
            i += 1
            j += 1
        if sent:
            left[n], sends[n] = row, sent + 1
            n += 1
        if wanted:
            right[m], wants[m] = row, wanted
            m += 1
    largest = 0
    for j in range(m):
        if wants[j] > wants[largest]:
            largest = j
    if m:
        wants[largest] += n
    return n, m


@kernel
def primal(cost: Array, ints: Array, longs: Array) -> float:
    """What the flow of `solve` costs, in units of mass."""
    n, m = cost.shape
    parent, flow = ints[0], longs[0]
    total = 0.0
    for x in range(n + m):
        p = parent[x]
        if p >= 0:
            total += flow[x] * (cost[x, p - n] if x < n else cost[p, x - n])
    return total


@kernel
def dual(cost: Array, sends: Array, wants: Array, floats: Array) -> float:
    """A bound of every flow's cost from below by the potentials that `solve` has left, whatever they are.

    With f the rows' potentials and g_j = min_i (cost[i, j] - f_i) it is sum a f + sum b g <= sum a_i P_ij
    cost[i, j]. The g take the place of the columns' potentials.
    """
    n, m = cost.shape
    f, g = floats[0][:n], floats[0][n : n + m]
    for j in range(m):
        g[j] = cost[0, j] - f[0]
    for i in range(1, n):
        for j in range(m):
            x = cost[i, j] - f[i]
            g[j] = x if x < g[j] else g[j]
    total = 0.0
    for i in range(n):
        total += sends[i] * f[i]
    for j in range(m):
        total += wants[j] * g[j]
    return total


@kernel
def solve_pairs(
    table: Array, euclidean: bool, starts_a: Array, rows_a: Array, units_a: Array, starts_b: Array,
    rows_b: Array, units_b: Array, pairs_a: Array, pairs_b: Array, whole: float, values: Array, duals: Array,
    stop: Array,
) -> None:  # fmt: skip
    """values[p] = the cheapest transport from text pairs_a[p] to text pairs_b[p]; NaN where one has no mass.

    `whole` is the mass of a text. `duals` gets the dual values. Infinite where a cost is larger than LARGEST.
    It gives up once stop[0] is not 0.
    """
    n = m = cells = 0
    for p in range(pairs_a.size):
        here = starts_a[pairs_a[p] + 1] - starts_a[pairs_a[p]]
        there = starts_b[pairs_b[p] + 1] - starts_b[pairs_b[p]]
        n, m, cells = max(n, here), max(m, there), max(cells, here * there)
    costs = np.empty(cells)
    order = np.empty(cells, np.int32)
    ints = np.empty((INTS, 2 * (n + m)), np.int32)
    longs = np.empty((LONGS, n + m), np.int64)
    floats = np.empty((FLOATS, n + m))
    left, right = np.empty(n, np.int32), np.empty(m, np.int32)
    sends, wants = np.empty(n, np.int64), np.empty(m, np.int64)
    used_sends, used_wants = np.empty(n, np.int64), np.empty(m, np.int64)
    for p in range(pairs_a.size):
        a, z = starts_a[pairs_a[p]], starts_a[pairs_a[p] + 1]
        b, y = starts_b[pairs_b[p]], starts_b[pairs_b[p] + 1]
        value = bound = np.nan
        if stop[0]:
            return
        if z > a and y > b:
            n, m = meet(
                rows_a[a:z], units_a[a:z], rows_b[b:y], units_b[b:y], euclidean, left, sends, right, wants
            )
            value = bound = 0.0
            if n:
                cost = costs[: n * m].reshape((n, m))
                fill_costs(table, left[:n], right[:m], euclidean, cost)
                used_sends[:n] = sends[:n]
                used_wants[:m] = wants[:m]
                if solve(cost, used_sends[:n], used_wants[:m], BLOCK, order, ints, longs, floats, stop) < 0:
                    value = bound = np.inf
                else:
                    value = primal(cost, ints, longs) / whole
                    bound = dual(cost, sends[:n], wants[:m], floats) / whole
        values[p], duals[p] = value, bound
