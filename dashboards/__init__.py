"""The manager's pages: what the practice's figures are, how they are counted, and the rows behind them."""
