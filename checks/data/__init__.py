"""Facts that change, as TOML files: what the policy asks, what platforms are like, how things are fixed."""
