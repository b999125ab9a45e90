"""Where accounts conflict: statements of different holders that cannot both be held."""
