"""The company check of Odoo, made once for what many records share."""

from odoo.exceptions import UserError


def check_company_once(records, field_names, check):
    """Check the companies of the values of records, each pair of both once.

    Odoo's check depends on the company of a record and on the value only, and takes
    its time for every field of every record. The entries of a batch share journal,
    accounts and contacts: a few of them stand for all.

    :param records: recordset with a `company_id`
    :param field_names: as for `_check_company`; None or the company: all fields
    :param check: the function of records and field names that checks
    """
    if len(records) < 2:
        return check(records, field_names)
    everything = field_names is None or "company_id" in field_names
    names = [
        name
        for name in (records._fields if everything else field_names)
        if name != "company_id"
        and records._fields[name].relational
        and records._fields[name].check_company
    ]
    try:
        for name in names:
            first = {}
            for record in records.sudo():
                if value := record[name]:
                    first.setdefault((record.company_id.id, value._ids), record.id)
            check(records.browse(first.values()), [name])
    except UserError:
        # The message names every record that is wrong
        return check(records, field_names)
    return None
