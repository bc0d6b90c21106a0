"""Writes the MATLAB files of the tests with SciPy, and a pickle as CIFAR's archives hold them.

Run with any Python that has NumPy and SciPy, from this folder. The numbers follow from their positions, so the tests know them.
"""
import pickle

import numpy as np
import scipy.io

count = 3
index = np.arange(32 * 32 * 3 * count)
# Stored by MATLAB's order: the row changes fastest.
images = ((index * 7 + index // 1024) % 251).astype(np.uint8).reshape((32, 32, 3, count), order="F")
digits = np.array([[10], [1], [9]], dtype=np.uint8)
scipy.io.savemat("mat/svhn.mat", {"X": images, "y": digits}, do_compression=True)
scipy.io.savemat("mat/svhn-plain.mat", {"X": images, "y": digits.astype(np.float64)})
scipy.io.savemat(
    "mat/mixed.mat",
    {
        "doubles": np.array([[1.5, -2.0, 3.25], [4.0, 5.0, 6.0]]),
        "small": np.array([[1, 2, 3]], dtype=np.int16),
        "text": "digits",
        "cell": np.array([1, "two"], dtype=object),
        "record": {"a": 1},
        "complex": np.array([[1 + 2j]]),
    },
)
with open("pickled-file/batch.pkl", "wb") as file:
    batch = {
        "batch_label": "testing batch 1 of 1",
        "labels": [3, 8],
        "data": np.arange(12, dtype=np.uint8).reshape(2, 6),
        "filenames": ["a.png", "b.png"],
    }
    pickle.dump(batch, file, protocol=2)
