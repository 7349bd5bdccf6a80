"""The Plan: one closed, typed formula that three machines evaluate."""
