"""How do things look in a chat? One module per thing: pure functions from rows to a `Face`."""
