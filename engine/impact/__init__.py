"""What a change does to partners: two evaluations of the same records compared, each difference with its cause."""
