{
    "name": "Utility Payments",
    "summary": "Record, receipt and trace the payments of a utility's consumers",
    "version": "19.0.1.2.0",
    "category": "Accounting/Payment",
    "website": "https://github.com/utility-payments/utility-payments",
    "author": "Utility Payments contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "utility_consumers",
        "account_payment",
        "base_tier_validation",
    ],
    "data": [
        # Security
        "security/utility_payments_security.xml",
        "security/utility_record_payment_security.xml",
        "security/utility_approval_security.xml",
        "security/utility_payment_adjustment_security.xml",
        "security/utility_webhook_security.xml",
        "security/utility_figures_security.xml",
        "security/ir.model.access.csv",
        # Data
        "data/account_payment_method_data.xml",
        "data/utility_payment_channel_data.xml",
        "data/ir_cron_data.xml",
        "data/ir_cron_figures_data.xml",
        "data/utility_tile_data.xml",
        "data/tier_definition_data.xml",
        # Reports, and the mail that carries one
        "report/receipt_templates.xml",
        "report/receipt_report.xml",
        "report/statement_templates.xml",
        "report/statement_report.xml",
        "data/mail_template_data.xml",
        "data/mail_template_statement_data.xml",
        # Views
        "views/account_payment_views.xml",
        "views/utility_payment_adjustment_views.xml",
        "views/utility_account_views.xml",
        "views/account_move_line_views.xml",
        "views/utility_payment_allocation_views.xml",
        "views/utility_payment_channel_views.xml",
        "views/utility_payment_mode_views.xml",
        "views/utility_webhook_delivery_views.xml",
        "views/utility_webhook_views.xml",
        "views/res_config_settings_views.xml",
        # Wizards
        "wizards/utility_approval_refusal_views.xml",
        "wizards/utility_payment_history_views.xml",
        "wizards/utility_statement_views.xml",
        "wizards/utility_record_payment_views.xml",
        "wizards/utility_record_payment_entry_views.xml",
        # Menus last: they name the actions
        "views/utility_payments_menus.xml",
        "views/utility_reporting_menus.xml",
    ],
    "demo": [
        "demo/utility_payments_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "utility_payments/static/src/**/*",
        ],
        "web.assets_tests": [
            "utility_payments/static/tests/tours/**/*",
        ],
    },
    "external_dependencies": {"python": ["qrcode"]},
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
