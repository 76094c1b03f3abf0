{
    "name": "Utility Payments: Spreadsheet Dashboard",
    "summary": "Collections, rate and receivables as a spreadsheet for managers",
    "version": "19.0.1.0.0",
    "category": "Productivity/Dashboard",
    "website": "https://github.com/utility-payments/utility-payments",
    "author": "Utility Payments contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["utility_payments", "spreadsheet_dashboard"],
    "auto_install": True,
    "data": [
        "data/spreadsheet_dashboard_data.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "utility_payments_spreadsheet/static/tests/tours/**/*",
        ],
    },
}
