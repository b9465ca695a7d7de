"""Learning: initial weights, mini-batches, optimisers, the loop; knows no file and no terminal."""
