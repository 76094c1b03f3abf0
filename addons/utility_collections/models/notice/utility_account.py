from odoo import fields, models


class UtilityAccount(models.Model):
    """What a consumer was told, and where letters go (COL-11)."""

    _inherit = "utility.account"

    notice_ids = fields.One2many(
        comodel_name="utility.collection.notice",
        inverse_name="utility_account_id",
        string="Notices",
        readonly=True,
    )

    def _get_letter_address(self):
        """The lines of the address that letters go to, or nothing if it isn't known.

        The contact's own address; without one, where the service is supplied.

        :return: a list of lines, the name first
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id
        if partner_sudo.street or partner_sudo.street2:
            text = partner_sudo._display_address(without_company=True)
        else:
            text = (self.service_address or "").replace(", ", "\n")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        name = partner_sudo.name
        company_name = partner_sudo.commercial_company_name
        names = (
            [name] if not company_name or company_name == name else [company_name, name]
        )
        lines = [line for line in lines if line not in names]
        return [*names, *lines] if lines else []
