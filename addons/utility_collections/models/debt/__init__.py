"""What an account owes as collections see it; all concerns of collections ask here."""

from . import utility_account, utility_account_follow, utility_payment_plan
