"""The thresholds between the classes of cost, in estimated seconds on one core: which function computes what.

`consumers/routing.py` says where a number goes next, and `queues.first_queue` where a message starts.
"""

#: A number that takes longer to screen goes to a prover unless it has a small factor.
MAX_SCREENING_SECONDS = 1.0
#: A search that is expected to take longer goes to a prover: one in 20,000 takes ten times as long.
MAX_WORKER_SEARCH_SECONDS = 0.1
#: A screening or a search that is expected to take longer goes to the queue of long proofs.
MAX_SHORT_SCREENING_SECONDS = 30.0
#: A proof by elliptic curves that is expected to take longer goes to the queue of long proofs. Most numbers that come
#: to the queue of proofs need a proof of milliseconds, and must not wait for many of several seconds.
MAX_SHORT_CURVE_SECONDS = 5.0
#: A proof from n - 1 or n + 1 that is expected to take longer goes to the queue of long proofs: it fits the timeout of
#: the function of the queue of proofs.
MAX_SHORT_THEOREM_SECONDS = 80.0

#: A factorization that is expected to take longer goes to a factorizer: other numbers wait for the worker. That is the
#: time of 128 bits. Half of such products take 19 ms, one in 60 takes 28.
MAX_WORKER_FACTORING_SECONDS = 0.021
#: A factorization that is expected to take longer runs in a child process: a cancel stops it.
MAX_INLINE_SECONDS = 1.0
#: A factorization that is expected to take longer goes to the queue of long factors.
MAX_SHORT_FACTORING_SECONDS = 30.0

#: A list that takes no longer than this is short.
MAX_SHORT_LIST_SECONDS = 10.0
#: A chunk that takes longer than this starts in the queue of long lists.
MAX_SHORT_CHUNK_SECONDS = 0.5

#: A result that is expected to take longer is stored by its number: a look-up takes a hundredth of that.
MIN_STORED_SECONDS = 0.5
