# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The minimum cut of a graph whose nodes have four neighbours at most, such as a grid of any shape.

It is found by growing two search trees, one from either terminal, that are kept from path to path
(Boykov and Kolmogorov 2004). Neighbour `d ^ 1` is the way back of neighbour `d`.
"""

from outpaint.compiled import compiled, inlined

FREE, TERMINAL, ORPHAN = -1, 4, 5


@inlined
def push(queue, queued, i, tail, count):
    """Append a node to the ring of active ones, if it is not there; answers the new tail and count."""
    if queued[i]:
        return tail, count
    queued[i] = True
    queue[tail] = i
    return (tail + 1 if tail + 1 < len(queue) else 0), count + 1


@compiled
def cut(cap, tr, beside, parent, sink, stamp, dist, queue, queued, orphans):
    """Afterwards the nodes with `parent[i] != FREE and sink[i]` are the sink's side of the smallest minimum cut.

    cap: N x 4 int32, what each arc carries; changed. tr: N int32, > 0 from the source, < 0 to the sink; changed.
    beside: N x 4 int32, the neighbours, -1 where there is none. parent: N int8; sink, queued: N bool; stamp,
    dist, queue: N int32; orphans: N + 1 int32; all of them working space.
    """
    n = len(tr)
    head, tail, count = 0, 0, 0
    for i in range(n):
        parent[i] = FREE
        queued[i] = False
        stamp[i] = 0
        if tr[i] != 0:
            parent[i] = TERMINAL
            sink[i] = tr[i] < 0
            dist[i] = 1
            tail, count = push(queue, queued, i, tail, count)
    now = 0
    current = -1
    while True:
        # Grow: find an arc from the source's tree to the sink's
        i = current
        current = -1
        if i >= 0 and parent[i] == FREE:
            i = -1
        if i < 0:
            while count > 0:
                i = queue[head]
                head += 1
                if head == n:
                    head = 0
                count -= 1
                queued[i] = False
                if parent[i] != FREE:
                    break
                i = -1
            if i < 0:
                break
        a, b, way = -1, -1, -1
        for d in range(4):
            j = beside[i, d]
            if j < 0 or (cap[j, d ^ 1] if sink[i] else cap[i, d]) <= 0:
                continue
            if parent[j] == FREE:
                sink[j] = sink[i]
                parent[j] = d ^ 1
                stamp[j] = stamp[i]
                dist[j] = dist[i] + 1
                tail, count = push(queue, queued, j, tail, count)
            elif sink[j] != sink[i]:
                if sink[i]:
                    a, b, way = j, i, d ^ 1
                else:
                    a, b, way = i, j, d
                break
            elif stamp[j] <= stamp[i] and dist[j] > dist[i] + 1:
                parent[j] = d ^ 1
                stamp[j] = stamp[i]
                dist[j] = dist[i] + 1
        now += 1
        if way < 0:
            continue
        current = i
        # Augment along the path.
        room = cap[a, way]
        k = a
        while parent[k] != TERMINAL:
            d = parent[k]
            up = beside[k, d]
            room = min(room, cap[up, d ^ 1])
            k = up
        room = min(room, tr[k])
        k = b
        while parent[k] != TERMINAL:
            d = parent[k]
            room = min(room, cap[k, d])
            k = beside[k, d]
        room = min(room, -tr[k])
        lost = 0
        cap[a, way] -= room
        cap[b, way ^ 1] += room
        k = a
        while parent[k] != TERMINAL:
            d = parent[k]
            up = beside[k, d]
            cap[k, d] += room
            cap[up, d ^ 1] -= room
            if cap[up, d ^ 1] == 0:
                parent[k] = ORPHAN
                orphans[lost] = k
                lost += 1
            k = up
        tr[k] -= room
        if tr[k] == 0:
            parent[k] = ORPHAN
            orphans[lost] = k
            lost += 1
        k = b
        while parent[k] != TERMINAL:
            d = parent[k]
            up = beside[k, d]
            cap[up, d ^ 1] += room
            cap[k, d] -= room
            if cap[k, d] == 0:
                parent[k] = ORPHAN
                orphans[lost] = k
                lost += 1
            k = up
        tr[k] += room
        if tr[k] == 0:
            parent[k] = ORPHAN
            orphans[lost] = k
            lost += 1
        # Adopt the orphans, or let them go.
        first = 0
        while first != lost:
            i = orphans[first]
            first += 1
            if first == n + 1:
                first = 0
            best, nearest = -1, 1 << 30
            for d in range(4):
                j = beside[i, d]
                if j < 0:
                    continue
                carries = cap[i, d] if sink[i] else cap[j, d ^ 1]
                if carries <= 0 or parent[j] == FREE or sink[j] != sink[i]:
                    continue
                k, far = j, 0
                while True:
                    if stamp[k] == now:
                        far += dist[k]
                        break
                    p = parent[k]
                    far += 1
                    if p == TERMINAL:
                        stamp[k] = now
                        dist[k] = 1
                        break
                    if p in (ORPHAN, FREE):
                        far = 1 << 30
                        break
                    k = beside[k, p]
                if far < (1 << 30):
                    if far < nearest:
                        best, nearest = d, far
                    k = j
                    while stamp[k] != now:
                        stamp[k] = now
                        dist[k] = far
                        far -= 1
                        k = beside[k, parent[k]]
            if best >= 0:
                parent[i] = best
                stamp[i] = now
                dist[i] = nearest + 1
                continue
            stamp[i] = 0
            for d in range(4):
                j = beside[i, d]
                if j < 0 or parent[j] == FREE or sink[j] != sink[i]:
                    continue
                carries = cap[i, d] if sink[i] else cap[j, d ^ 1]
                if carries > 0:
                    tail, count = push(queue, queued, j, tail, count)
                p = parent[j]
                if p < TERMINAL and p == (d ^ 1):
                    parent[j] = ORPHAN
                    orphans[lost] = j
                    lost += 1
                    if lost == n + 1:
                        lost = 0
            parent[i] = FREE
