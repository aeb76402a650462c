"""Cases side by side: several scenarios, or one scenario for several vehicles and parties."""
