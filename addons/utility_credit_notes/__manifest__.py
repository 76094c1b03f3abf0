{
    "name": "Utility Credit Notes",
    "summary": "What a utility owes its consumers: credit notes, applied or refunded",
    "version": "19.0.1.2.0",
    "category": "Accounting/Payment",
    "website": "https://github.com/utility-payments/utility-payments",
    "author": "Utility Payments contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["utility_payments"],
    "data": [
        # Security
        "security/utility_credit_notes_security.xml",
        "security/utility_credit_note_wizards_security.xml",
        "security/ir.model.access.csv",
        # Data
        "data/utility_credit_reason_data.xml",
        "data/tier_definition_data.xml",
        "data/utility_tile_data.xml",
        # Reports, and the mail that carries one
        "report/credit_note_templates.xml",
        "report/credit_note_report.xml",
        "report/statement_templates.xml",
        "data/mail_template_data.xml",
        "data/ir_cron_data.xml",
        "data/ir_cron_reminder_data.xml",
        # Views
        "views/utility_credit_note_views.xml",
        "views/utility_credit_application_views.xml",
        "views/utility_credit_reason_views.xml",
        "views/utility_payment_adjustment_views.xml",
        "views/account_payment_views.xml",
        "views/utility_account_views.xml",
        "views/res_config_settings_views.xml",
        "report/utility_credit_note_report_views.xml",
        "report/utility_report_favourites.xml",
        # Wizards
        "wizards/utility_credit_note_apply_views.xml",
        "wizards/utility_credit_note_create_views.xml",
        "wizards/utility_credit_note_extend_views.xml",
        "wizards/utility_record_payment_views.xml",
        # Menus last: they name the actions
        "views/utility_credit_notes_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "utility_credit_notes/static/src/**/*",
        ],
        "web.assets_tests": [
            "utility_credit_notes/static/tests/tours/**/*",
        ],
    },
    "demo": [
        "demo/utility_credit_notes_demo.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
