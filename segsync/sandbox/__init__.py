"""A local Lytics: an independent reading of the Segment API that a plan can be tested on.

Nothing here knows the API client or the vocabulary of segsync; only the language package is
shared. Import the module that defines a name: `store`, `seed`, `switches`, `transport`, `server`.
"""
