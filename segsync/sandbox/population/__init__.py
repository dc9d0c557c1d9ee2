"""Who the sandbox's profiles are: made from a seed, a field at a time, when a size is asked.

Import the module that defines a name: `tables`, `profiles`, `people`, `documents`, `plain`.
"""
