"""Which words does the offline drafter know? One module per language, data only."""
