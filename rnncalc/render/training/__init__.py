"""Training on a screen: curves, predictions, confusion matrices, samples; as plots, tables, CSV, JSON and pictures."""
