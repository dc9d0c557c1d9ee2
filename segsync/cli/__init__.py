"""The command line: options in, text and an exit code out; no decision about segments."""

import gc

# What start-up makes, some ten thousand objects, lives as long as the process: to look for
# garbage in it over and over is a tenth of what start-up costs. Set before anything is imported.
gc.set_threshold(100_000)
