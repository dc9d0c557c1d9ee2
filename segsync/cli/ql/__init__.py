"""`segsync ql`: the language by itself, for people and for programs."""
