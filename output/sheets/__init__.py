"""One module per sheet; each lays out a view and decides nothing."""
