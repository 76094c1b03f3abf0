{
    "name": "Utility Collections: SMS",
    "summary": "Reminders by SMS that are judged as they leave",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment",
    "website": "https://github.com/utility-payments/utility-payments",
    "author": "Utility Payments contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["utility_collections", "sms"],
    "auto_install": True,
    "data": [
        "views/res_config_settings_views.xml",
    ],
}
