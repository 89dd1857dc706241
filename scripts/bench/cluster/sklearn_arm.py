"""The field's usual way to group short texts: words → TF-IDF → truncated SVD → k-means, with scikit-learn.

Reads {"texts": [...], "k": n, "seeds": n} from standard input and writes {"version": …, "runs": [{"of": [...], "cpu": s}, …]},
the cluster of each text and the CPU seconds of each seed, to standard output.
"""
import json
import sys
import time

import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

job = json.load(sys.stdin)
runs = []
for seed in range(job["seeds"]):
    begin = time.process_time()
    words = TfidfVectorizer(min_df=2, max_df=0.5, sublinear_tf=True).fit_transform(job["texts"])
    vectors = normalize(TruncatedSVD(min(100, words.shape[1] - 1), random_state=seed).fit_transform(words))
    of = KMeans(job["k"], n_init=5, random_state=seed).fit_predict(vectors)
    runs.append({"of": of.tolist(), "cpu": time.process_time() - begin})
json.dump({"version": sklearn.__version__, "runs": runs}, sys.stdout)
