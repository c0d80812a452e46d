"""Fits the weights of src/knowledge/retrieval/fusion.cpp: fit.py SET_DIR SIGNALS.tsv SIGNAL …

SIGNALS.tsv is what retrieval_lab printed for the set (ninja -C build/release retrieval_lab). A listwise softmax over each
query's candidates, by Newton's method, L2 1e-3. Prints nDCG@10, recall@10 and any@10 of weights fitted on all groups
but the one that is scored (leave one out), and then the weights fitted on all. Needs numpy.
"""
import collections, json, math, sys
import numpy as np

set_dir, path, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
queries = {q["id"]: q for q in map(json.loads, open(f"{set_dir}/queries.jsonl", encoding="utf-8"))}


def load():
    out = {}
    with open(path, encoding="utf-8") as f:
        names = f.readline().rstrip("\n").split("\t")[3:]
        columns = [names.index(name) for name in wanted]
        for line in f:
            query, document, _, *values = line.rstrip("\n").split("\t")
            ids, rows = out.setdefault(query, ([], []))
            ids.append(document)
            rows.append([float(values[c]) for c in columns])
    return {q: (ids, np.array(rows)) for q, (ids, rows) in out.items()}


def fit(data, l2=1e-3):
    lists = []
    for query, (ids, rows) in data.items():
        good = np.array([d in queries[query]["gold"] for d in ids], float)
        if good.any():
            lists.append((rows, good / good.sum()))
    w = np.zeros(len(wanted))
    for _ in range(30):
        gradient, hessian = -l2 * w, np.eye(len(w)) * l2
        for rows, target in lists:
            s = rows @ w
            p = np.exp(s - s.max())
            p /= p.sum()
            mean = p @ rows
            gradient += (target @ rows - mean) / len(lists)
            hessian += ((rows * p[:, None]).T @ rows - np.outer(mean, mean)) / len(lists)
        step = np.linalg.solve(hessian, gradient)
        step *= min(1, 3 / np.abs(step).max())
        w += step
        if np.abs(step).max() < 1e-4:
            break
    return w


def score(data, w):
    total = np.zeros(3)
    for query, (ids, rows) in data.items():
        gold = queries[query]["gold"]
        top = [ids[i] for i in np.lexsort((ids, -(rows @ w)))[:10]]
        gain = sum((2 ** gold[d] - 1) / math.log2(i + 2) for i, d in enumerate(top) if d in gold)
        best = sum((2 ** g - 1) / math.log2(i + 2) for i, g in enumerate(sorted(gold.values(), reverse=True)[:10]))
        hits = sum(d in gold for d in top)
        total += gain / best, hits / len(gold), hits > 0
    return total


data = load()
groups = collections.defaultdict(dict)
for query, value in data.items():
    groups[queries[query]["group"]][query] = value
held_out = sum(score(held, fit({q: v for g, d in groups.items() if g != name for q, v in d.items()}))
               for name, held in groups.items()) if len(groups) > 1 else score(data, fit(data))
print("held out: nDCG@10 %.4f  recall@10 %.4f  any@10 %.4f" % tuple(held_out / len(queries)))
for name, weight in zip(wanted, fit(data)):
    print(f"{name:16s} {weight:7.2f}")
