"""One module a kind: what is wrong with its entries although each of them has the right shape."""
