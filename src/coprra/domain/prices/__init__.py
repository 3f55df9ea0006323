"""What stores ask: chains, lists, the observation ledger, offers, ranking and history."""
