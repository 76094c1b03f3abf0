from .schedule import (
    FREQUENCIES,
    MAX_INSTALLMENTS,
    PlannedInstallment,
    ScheduleError,
    check_rows,
    make_schedule,
)
from .spread import spread
