"""`python -m clearinghouse.simulator`."""

from clearinghouse.simulator.program import main

if __name__ == "__main__":
    main()
