"""The few words that every room uses: errors, events, money, actor, instants and shared ports."""
