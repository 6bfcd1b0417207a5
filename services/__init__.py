"""What does the desk do? One module per activity; every door calls in here, no rule lives elsewhere."""
