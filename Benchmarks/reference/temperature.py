"""L-BFGS as published (learning rate 0.01), run until the gradient is as small as asked.

Usage: temperature.py LOGITS.bin LABELS.bin CLASSES GRADIENT (float32, int32); prints JSON.
"""
import json
import sys
import time

import numpy as np
import torch

classes = int(sys.argv[3])
target = float(sys.argv[4])
z = torch.from_numpy(np.fromfile(sys.argv[1], np.float32).reshape(-1, classes))
y = torch.from_numpy(np.fromfile(sys.argv[2], np.int32).astype(np.int64))
start = time.perf_counter()
t = torch.nn.Parameter(torch.ones(1) * 1.5)
optimizer = torch.optim.LBFGS([t], lr=0.01, max_iter=5000, tolerance_grad=target, tolerance_change=0)
evaluations = 0


def closure():
    global evaluations
    evaluations += 1
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(z / t, y)
    loss.backward()
    return loss


optimizer.step(closure)
gradient = float(torch.autograd.grad(torch.nn.functional.cross_entropy(z / t, y), t)[0])
print(json.dumps({
    "temperature": t.item(), "gradient": gradient, "evaluations": evaluations,
    "seconds": time.perf_counter() - start}))
