"""The outside world in a box: a Telegram (Bot API, people, page), a practice network, and planned faults."""
