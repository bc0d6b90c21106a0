"""scikit-learn's AUROC of 10 million scores. Usage: ranking.py SCORES.bin CORRECT.bin (float32, uint8); prints JSON."""
import json
import sys
import time

import numpy as np
from sklearn.metrics import roc_auc_score

scores = np.fromfile(sys.argv[1], np.float32)
correct = np.fromfile(sys.argv[2], np.uint8)
start = time.perf_counter()
value = roc_auc_score(correct, scores)
print(json.dumps({"auroc": float(value), "seconds": time.perf_counter() - start}))
