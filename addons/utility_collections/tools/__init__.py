from .schedule import FREQUENCIES, PlannedInstallment, ScheduleError, make_schedule
from .spread import spread
