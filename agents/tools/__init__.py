"""Which doors may an agent open? One module per noun; a tool is a door to a service and nothing more."""
