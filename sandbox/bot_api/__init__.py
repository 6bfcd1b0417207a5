"""The Bot API's methods, one module per kind of deed; each tells its methods in `METHODS`."""
