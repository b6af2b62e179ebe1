"""`python -m billing.simulator`."""

from billing.simulator.program import main

if __name__ == "__main__":
    main()
