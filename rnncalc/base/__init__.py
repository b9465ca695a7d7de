"""What every layer may use: places in a text, and messages about them."""
