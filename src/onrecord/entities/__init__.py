"""Who an article speaks of: names, nominals and pronouns as people, organisations, groups, places and documents."""
