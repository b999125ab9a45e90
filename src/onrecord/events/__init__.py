"""What happened to whom: arrests, trials, sentences, releases and the like, each with the words that tell of it."""
