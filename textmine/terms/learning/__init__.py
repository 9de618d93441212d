"""Learning words from raw text: units, a start, a model that is sampled, a classifier of boundaries."""
