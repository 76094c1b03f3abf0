"""How consumers pay: behaviour figures and credit rating (CON-07, CON-08)."""
