"""Many networks one after the other: each is opened or built, validated and ranked, and all end in one table."""
