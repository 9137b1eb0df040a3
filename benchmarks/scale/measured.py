"""The last measurement of `measure.py`, which the simulation reads."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).with_name("measured.json")


@dataclass(frozen=True)
class Measured:
    """The measured values: seconds of one core, unless noted otherwise."""

    machine: str
    date: str
    #: Start-up: the imports and the clients of the API's function, and those of a consumer.
    api_import: float
    consumer_import: float
    #: `POST /` with one number, and with a list of 100,000.
    submit: float
    submit_list: float
    #: The worker's invocation with no number, and what each random 64-bit number adds.
    batch: float
    number: float
    #: The same of the list worker, and what each full chunk adds.
    list_batch: float
    chunk: float
    #: The screening of a prime, and proofs with their child process, by the prime's bits.
    screening: dict[int, float]
    proofs: dict[int, list[float]]
    #: Bytes of a chunk's message and of its results.
    message_bytes: int
    result_bytes: int


def load() -> Measured:
    """Return the last measurement."""
    found = json.loads(FILE.read_text())
    for name in ("screening", "proofs"):
        found[name] = {int(bits): value for bits, value in found[name].items()}
    return Measured(**found)


def save(measured: Measured) -> None:
    """Write a measurement to the file beside this module."""
    FILE.write_text(json.dumps(asdict(measured), indent=1) + "\n")
