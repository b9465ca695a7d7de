"""Programs that compute a problem: plain numpy, PyTorch, Keras."""
