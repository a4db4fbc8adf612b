"""Word vectors: words that stand in the same company come to lie near each other.

Each word gets a vector. From the vector of a word the program learns to guess the words around it, not by asking which
of all words it is, but whether it is the right one or one of a few drawn at random (noise-contrastive estimation).
Nobody says what the words mean, and yet animals end up beside animals, and fruit beside fruit:

    python examples/word2vec_basic.py
    board --logdir=log_word2vec
"""

import argparse

import made_sentences
import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="Vectors of words, from the words around them.")
parser.add_argument("--logdir", default="log_word2vec", help="where to log")
parser.add_argument("--steps", type=int, default=3000, help="how many batches to learn from")
flags = parser.parse_args()

BATCH, SIZE, REACH, DRAWN = 128, 16, 2, 8  # pairs, numbers in a vector, words on either side, words to tell apart from

text = made_sentences.write(count=3000)
words = made_sentences.vocabulary(text)
number = {word: i for i, word in enumerate(words)}
read = np.array([number[word] for word in text])

# Which kind a word is of: known here to see how well it went, never told to the network.
kind = {number[word]: name for name, members in made_sentences.KINDS.items() for word in members if word in number}


def pairs(size, random):
    """Words of the text and for each one of its neighbours, int32 ``[size]`` and ``[size, 1]``."""
    places = random.randint(REACH, len(read) - REACH, size)
    offsets = random.choice([offset for offset in range(-REACH, REACH + 1) if offset], size)
    return read[places], read[places + offsets][:, None]


tf.set_random_seed(3)
centres = tf.placeholder(tf.int32, [None], name="centres")
neighbours = tf.placeholder(tf.int32, [None, 1], name="neighbours")

with tf.name_scope("vectors"):
    vectors = tf.Variable(tf.random_uniform([len(words), SIZE], -1.0, 1.0, seed=1), name="vectors")
    looked_up = tf.nn.embedding_lookup(vectors, centres)
with tf.name_scope("guess"):
    weights = tf.Variable(tf.truncated_normal([len(words), SIZE], stddev=1 / np.sqrt(SIZE), seed=2), name="weights")
    biases = tf.Variable(tf.zeros([len(words)]), name="biases")
    loss = tf.reduce_mean(
        tf.nn.nce_loss(weights, biases, looked_up, neighbours, num_sampled=DRAWN, num_classes=len(words))
    )
train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)

with tf.name_scope("likeness"):
    # The cosine of the angle between each two vectors.
    unit = tf.nn.l2_normalize(vectors, 1)
    likeness = tf.matmul(unit, unit, transpose_b=True)

tf.scalar_summary("loss", loss)
tf.histogram_summary("vectors", vectors)
summaries = tf.merge_all_summaries()


def nearest(sess):
    """For each word the one that lies nearest to it."""
    found = sess.run(likeness)
    np.fill_diagonal(found, -1)
    return found.argmax(axis=1)


def share_of_a_kind(sess):
    """Of the words that have a kind, the fraction whose nearest word is of the same."""
    of_word = nearest(sess)
    return np.mean([kind.get(of_word[word]) == name for word, name in kind.items()])


with tf.Session() as sess:
    writer = tf.train.SummaryWriter(flags.logdir, sess.graph)
    sess.run(tf.initialize_all_variables())
    random = np.random.RandomState(0)
    for step in range(flags.steps):
        centre, neighbour = pairs(BATCH, random)
        feeds = {centres: centre, neighbours: neighbour}
        sess.run(train, feeds)
        if step % 20 == 0:
            writer.add_summary(sess.run(summaries, feeds), step)
    of_word = nearest(sess)
    for name, members in made_sentences.KINDS.items():
        print(f"{name}: " + ", ".join(f"{word} - {words[of_word[number[word]]]}" for word in members[:3]))
    print(f"nearest to a word of the same kind: {share_of_a_kind(sess):.0%}")
    writer.close()
