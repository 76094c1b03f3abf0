from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import post_init_hook, pre_init_hook, uninstall_hook
from .common import UtilityCommon


@tagged("post_install", "-at_install")
class TestHooks(UtilityCommon):
    def test_extension(self):
        """CON-02: the search's extension is there, or the message says what to do."""
        pre_init_hook(self.env)
        execute = type(self.env.cr).execute

        def refuse(cursor, query, *args, **kwargs):
            if "pg_extension" in str(query):
                return execute(cursor, "SELECT 1 WHERE FALSE")
            if "CREATE EXTENSION" in str(query):
                raise psycopg2.errors.InsufficientPrivilege("permission denied")
            return execute(cursor, query, *args, **kwargs)

        with (
            patch.object(type(self.env.cr), "execute", refuse),
            self.assertRaisesRegex(UserError, "CREATE EXTENSION pg_trgm"),
        ):
            pre_init_hook(self.env)

    def test_uninstall_and_install_again(self):
        """CFG-01: nothing of the num formats stays behind, and they come again."""
        formats = self.env["ir.sequence"].search([("code", "=like", "utility.%")])
        names = tuple(f"ir_sequence_{sequence.id:03d}" for sequence in formats)
        uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertFalse(formats.exists())
        self.env.cr.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relname IN %s",
            [names],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        post_init_hook(self.env)
        self.assertTrue(
            self.env["ir.sequence"].search_count(
                [("code", "=", "utility.bill"), ("company_id", "=", self.company.id)]
            )
        )
