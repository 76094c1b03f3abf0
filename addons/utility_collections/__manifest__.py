{
    "name": "Utility Collections",
    "summary": "Payment plans that keep themselves, and the debt that they cover",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment",
    "website": "https://github.com/utility-payments/utility-payments",
    "author": "Utility Payments contributors, Odoo Community Association (OCA)",
    "license": "AGPL-3",
    "depends": ["utility_credit_notes", "portal", "resource"],
    "data": [
        # Security
        "security/utility_payment_plan_security.xml",
        "security/utility_plan_setup_security.xml",
        "security/ir.model.access.csv",
        "security/utility_payment_plan_portal_security.xml",
        "security/utility_plan_sign_security.xml",
        # Data
        "data/ir_cron_plan_data.xml",
        "data/mail_template_plan_data.xml",
        "data/utility_tile_data.xml",
        # Reports, and the mails that carry one
        "report/agreement_report.xml",
        "report/agreement_templates.xml",
        "report/receipt_templates.xml",
        "report/statement_templates.xml",
        "data/mail_template_agreement_data.xml",
        # Views
        "views/utility_payment_plan_template_views.xml",
        "views/utility_payment_plan_views.xml",
        "views/utility_payment_plan_list_views.xml",
        "views/utility_payment_plan_installment_views.xml",
        "views/utility_payment_plan_version_views.xml",
        "views/utility_account_views.xml",
        "views/utility_account_rating_views.xml",
        "views/account_payment_views.xml",
        "views/res_config_settings_views.xml",
        "views/utility_payment_plan_pay_views.xml",
        # Wizards
        "wizards/utility_payment_plan_cancel_views.xml",
        "wizards/utility_plan_setup_views.xml",
        "wizards/utility_plan_setup_entry_views.xml",
        "views/utility_payment_plan_paper_views.xml",
        "views/portal_templates.xml",
        "wizards/utility_record_payment_views.xml",
        "wizards/utility_payment_plan_reactivate_views.xml",
        "wizards/utility_plan_sign_views.xml",
        "views/account_move_views.xml",
        "report/utility_payment_plan_report_views.xml",
        "report/utility_payment_plan_favourites.xml",
        # Menus last: they name the actions
        "views/utility_collections_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "utility_collections/static/src/**/*",
        ],
        "web.assets_tests": [
            "utility_collections/static/tests/tours/**/*",
        ],
    },
    "demo": ["demo/utility_collections_demo.xml"],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
