from .trial_api import TrialSmsApi
