{
    "name": "Utility Consumers",
    "summary": "Consumer accounts, bills, service charges, search and 360° page",
    "version": "19.0.1.1.0",
    "category": "Accounting/Utility Payments",
    "author": "Utility Payments for Odoo",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "account",
        "mail",
        "contacts",
        "phone_validation",
        "base_import",
        "web",
    ],
    "data": [
        # Security
        "security/utility_consumers_groups.xml",
        "security/utility_consumers_security.xml",
        "security/ir.model.access.csv",
        # Data
        "data/utility_service_data.xml",
        # Wizards first: lists of documents name their actions
        "wizards/utility_bill_entry_views.xml",
        # Views
        "views/utility_account_views.xml",
        "views/account_move_views.xml",
        "views/utility_configuration_views.xml",
        "views/res_config_settings_views.xml",
        # Menus last: they name the actions
        "views/utility_consumers_menus.xml",
    ],
    "demo": [
        "demo/utility_consumers_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "utility_consumers/static/src/**/*",
        ],
        "web.assets_tests": [
            "utility_consumers/static/tests/tours/**/*",
        ],
    },
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
