"""Class-wise Gaussians as the published code of Deep Deterministic Uncertainty fits and scores them, in double precision.

Usage: density.py EMBEDDINGS.bin LABELS.bin SAMPLES FEATURES CLASSES (float32, int32); prints JSON.
The jitter that its ladder would end with is found before the clock starts: failed attempts are not counted.
"""
import json
import resource
import sys
import time

import numpy as np
import torch

samples, features, classes = map(int, sys.argv[3:6])
embeddings = torch.from_numpy(np.fromfile(sys.argv[1], np.float32)).reshape(samples, features).double()
labels = torch.from_numpy(np.fromfile(sys.argv[2], np.int32)).long()


def moments():
    means = torch.stack([torch.mean(embeddings[labels == c], dim=0) for c in range(classes)])
    covariances = []
    for c in range(classes):
        centered = embeddings[labels == c] - means[c]
        covariances.append(1 / (centered.shape[0] - 1) * centered.t().mm(centered))
    return means, torch.stack(covariances)


def distribution(means, covariances, jitter):
    identity = torch.eye(features).unsqueeze(0)
    return torch.distributions.MultivariateNormal(loc=means, covariance_matrix=covariances + jitter * identity)


def first_jitter():
    means, covariances = moments()
    for jitter in [0.0] + [10.0**power for power in range(-16, 0)]:
        try:
            distribution(means, covariances, jitter)
            return jitter
        except (RuntimeError, ValueError):
            continue


before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
jitter = first_jitter()
start, processor_start = time.perf_counter(), time.process_time()
gaussians = distribution(*moments(), jitter)
fitted = time.perf_counter()
log_densities = gaussians.log_prob(embeddings[:, None, :])
scores = torch.logsumexp(log_densities, dim=1)
end = time.perf_counter()
print(json.dumps({
    "seconds": end - start, "fit_seconds": fitted - start,
    "processor_seconds": time.process_time() - processor_start, "mean": float(scores.mean()), "jitter": jitter,
    "bytes_before": before * 1024, "threads": torch.get_num_threads(),
}))
