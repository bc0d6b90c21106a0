"""Reduces WordNet 3.0's data.noun to what ImageNet's classes need: python3 reduce.py data.noun classes.json OUTPUT.gz

Kept are the classes, everything that they are a kind of, and the other kinds of what they are directly a kind of. Glosses are left out;
the lines keep their offsets in the full file. classes.json is a list or object of identifiers such as n01440764.
"""
import gzip
import json
import sys

data, classes, output = sys.argv[1:]
with (gzip.open if data.endswith(".gz") else open)(data, "rt") as file:
    lines = file.readlines()
nouns = {int(line[:8]): line for line in lines if not line.startswith("  ")}


def pointers(offset, symbols):
    fields = nouns[offset].split(" ")
    start = 4 + 2 * int(fields[3], 16)
    return [int(fields[i + 1]) for i in range(start + 1, start + 1 + 4 * int(fields[start]), 4)
            if fields[i] in symbols and fields[i + 2] == "n"]


kept = set()
siblings = set()


def keep(offset):
    if offset not in kept:
        kept.add(offset)
        for parent in pointers(offset, ["@", "@i"]):
            keep(parent)


for wnid in json.load(open(classes)):
    offset = int(wnid[1:])
    keep(offset)
    for parent in pointers(offset, ["@"]):
        siblings.update(pointers(parent, ["~"]))
text = "".join(line for line in lines if line.startswith("  "))
text += "".join(nouns[offset].split(" | ")[0] + " | \n" for offset in sorted(kept | siblings))
with open(output, "wb") as file:
    file.write(gzip.compress(text.encode(), 9, mtime=0))
print(len(kept | siblings), "nouns")
