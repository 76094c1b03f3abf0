{
    "name": "Utility Payments",
    "summary": "Record, receipt and trace the payments of a utility's consumers",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment",
    "website": "https://github.com/utility-payments/utility-payments",
    "author": "Utility Payments contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "utility_consumers",
        "account_payment",
    ],
    "data": [
        # Security
        "security/utility_payments_security.xml",
        "security/ir.model.access.csv",
        # Data
        "data/utility_payment_channel_data.xml",
    ],
    "demo": [
        "demo/utility_payments_demo.xml",
    ],
    "post_init_hook": "post_init_hook",
}
