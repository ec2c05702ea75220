"""Codes that a system divides over two columns, put together again."""

from collections.abc import Callable

import numpy as np

from rollbook.importers.reading.columns import Column


def join_columns(first: Column, second: Column, join: Callable[[str, str], str]) -> Column:
    """Return one column of what ``join`` makes of the two cells of each row."""
    pairs = first.codes.astype(np.int64) * len(second.labels) + second.codes
    found, codes = np.unique(pairs, return_inverse=True)
    labels = [
        join(first.labels[pair // len(second.labels)], second.labels[pair % len(second.labels)])
        for pair in found.tolist()
    ]
    return Column(tuple(labels), codes.astype(np.int32)).changed(str)


def words_of(first: str, second: str) -> str:
    """Return the two words with a blank between them; one where the other is missing."""
    return " ".join(word for word in (first, second) if word)
