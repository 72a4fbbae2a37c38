"""`python -m relay.cli`: the same as `relay`, for the processes that we start."""

from relay.cli import main

main()
