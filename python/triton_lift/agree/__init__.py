"""Agreement of proved summaries with the concrete evaluator on concrete launches; the test of the claim that needs no
proof to be right."""
