"""`python -m segsync` is the command `segsync`."""

from segsync.cli.main import run

if __name__ == "__main__":
    run()
