"""Integer side conditions: linear arithmetic over monomials, with certificates."""
