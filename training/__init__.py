"""Training the reader that the package ships. Only this needs torch."""
