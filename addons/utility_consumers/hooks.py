import psycopg2

from odoo.exceptions import UserError


def pre_init_hook(env):
    """Create the extension behind the consumer search before its index is built."""
    env.cr.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
    if env.cr.fetchone():
        return
    try:
        with env.cr.savepoint():
            env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except psycopg2.Error as error:
        raise UserError(
            env._(
                "The consumer search needs PostgreSQL's extension pg_trgm, which "
                "could not be created (%(error)s). Ask the database administrator "
                "to run: CREATE EXTENSION pg_trgm;",
                error=str(error).strip(),
            )
        ) from error


def post_init_hook(env):
    """Give every company its num formats and, where it has a chart, its journal."""
    env["res.company"].search([])._utility_setup()


def uninstall_hook(env):
    """Remove the num formats; journals stay, they may carry posted entries."""
    env.cr.execute(
        "DELETE FROM ir_sequence WHERE code LIKE %s RETURNING id", ["utility.%"]
    )
    for (sequence_id,) in env.cr.fetchall():
        env.cr.execute(f"DROP SEQUENCE IF EXISTS ir_sequence_{int(sequence_id):03d}")
    env.registry.clear_cache()
