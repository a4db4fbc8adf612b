"""The smallest thing that learns: one weight, one input, one wrong answer to correct.

The neuron multiplies its input (1.0) by its weight (0.8) and gives 0.8. The right answer is 0.0, so the weight has to
go down to zero, and in a hundred steps of gradient descent it nearly does. Run this program, then look at how it went:

    python examples/hello_tensorflow.py
    board --logdir=log_simple_stats
"""

import graphcore as tf

# Describe the neuron. Nothing is computed yet: each line adds an operation to a graph and names its result.
x = tf.constant(1.0, name="input")
w = tf.Variable(0.8, name="weight")
y = tf.mul(w, x, name="output")

# Describe how wrong it is: the squared distance between its output and the correct value.
y_ = tf.constant(0.0, name="correct_value")
loss = tf.pow(y - y_, 2, name="loss")

# Describe how to get better: the derivative of the loss with respect to the weight, and a small step against it.
train_step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)

# Describe what to record: each of these values becomes a curve on the dashboard.
for value in [x, w, y, y_, loss]:
    tf.scalar_summary(value.op.name, value)
summaries = tf.merge_all_summaries()

# A session runs the graph. The writer begins the log with the graph itself, for the page that draws it.
sess = tf.Session()
summary_writer = tf.train.SummaryWriter("log_simple_stats", sess.graph)

# The weight has no value before it is initialised.
sess.run(tf.initialize_all_variables())

for i in range(100):
    # Record how things stand, then take one step.
    summary_writer.add_summary(sess.run(summaries), i)
    sess.run(train_step)
