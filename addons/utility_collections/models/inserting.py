from odoo import api, models
from odoo.tools import SQL


class UtilityInserting(models.AbstractModel):
    """Very many records with one statement, as whole as if they had been created.

    `create` prepares each record on its own, which is most of what thousands of them
    cost. What an add-on adds to a model, by a default or computed, is there as well.
    """

    _name = "utility.inserting"
    _description = "Insertion of Many Records"

    @api.model
    def _insert_rows(self, rows):
        """Insert records; one that is there already is left out; superuser.

        :param list rows: dicts of columns, all with the same names
        :return: the new records, in the order of their rows
        """
        if not rows:
            return self.browse()
        self.flush_model()
        now = self.env.cr.now()
        common = {
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        given = list(rows[0])
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO %(table)s (%(given)s, %(common)s)
                SELECT %(values)s, %(stamps)s
                  FROM unnest(%(arrays)s) WITH ORDINALITY AS item(%(given)s, place)
              ORDER BY item.place
           ON CONFLICT DO NOTHING
             RETURNING id
                """,
                table=SQL.identifier(self._table),
                given=SQL(", ").join(map(SQL.identifier, given)),
                common=SQL(", ").join(map(SQL.identifier, common)),
                values=SQL(", ").join(SQL.identifier("item", name) for name in given),
                stamps=SQL(", ").join(SQL("%s", value) for value in common.values()),
                arrays=SQL(", ").join(
                    SQL(
                        "%s::%s[]",
                        [row[name] for row in rows],
                        SQL.identifier(self._fields[name].column_type[0]),
                    )
                    for name in given
                ),
            )
        )
        records = self.browse(record_id for (record_id,) in inserted)
        records._complete_inserted(set(given))
        return records

    def _complete_inserted(self, given):
        """Fill in what wasn't given: defaults, and what is computed and stored."""
        missing = [
            field
            for name, field in self._fields.items()
            if field.store and name not in given and name not in models.MAGIC_COLUMNS
        ]
        defaults = self.default_get([field.name for field in missing if field.default])
        if defaults:
            self.write(defaults)
        for field in missing:
            if field.compute and field.name not in defaults:
                self.env.add_to_compute(field, self)
