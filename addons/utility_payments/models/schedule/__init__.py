from . import utility_report_delivery, utility_report_schedule, utility_report_table
