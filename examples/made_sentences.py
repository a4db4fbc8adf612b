"""Sentences that need no download, made by a small grammar: for examples that learn from text.

Words of one kind, such as animals or drinks, come in the same places, so a program that reads enough of the text can
find out which belong together, and which word comes next::

    words = made_sentences.write(count=1000)      # ["anna", "eats", "a", "ripe", "pear", ...]
    made_sentences.KINDS["fruit"]                 # the words of a kind
"""

from __future__ import annotations

import numpy as np

KINDS: dict[str, list[str]] = {
    "person": ["anna", "ben", "clara", "david", "emma", "felix"],
    "animal": ["cat", "dog", "horse", "mouse", "cow", "hen"],
    "fruit": ["apple", "pear", "plum", "cherry", "peach", "fig"],
    "taste": ["ripe", "sweet", "sour", "fresh"],
    "drink": ["water", "milk", "tea", "juice"],
    "place": ["garden", "house", "forest", "kitchen", "village"],
    "eats": ["eats", "buys", "picks"],
    "goes": ["runs", "walks", "hurries"],
    "size": ["small", "big", "old", "young"],
}

# Words in braces stand for one of their kind.
SENTENCES = [
    "{person} {eats} a {taste} {fruit} in the {place} .",
    "{person} drinks {drink} and {eats} a {fruit} .",
    "the {size} {animal} {goes} to the {place} .",
    "{person} gives {drink} to the {animal} .",
    "a {size} {animal} sleeps in the {place} .",
    "{person} and {person} {goes} to the {place} with a {animal} .",
]


def write(count: int, seed: int = 0) -> list[str]:
    """The words of ``count`` sentences one after another; a full stop is a word."""
    random = np.random.RandomState(seed)
    words = []
    for sentence in random.randint(len(SENTENCES), size=count):
        for word in SENTENCES[sentence].split():
            choices = KINDS.get(word.strip("{}"), [word]) if word.startswith("{") else [word]
            words.append(choices[random.randint(len(choices))])
    return words


def vocabulary(words: list[str]) -> list[str]:
    """Every word once, the most frequent first."""
    unique, counts = np.unique(words, return_counts=True)
    return [str(word) for word in unique[np.lexsort((unique, -counts))]]
