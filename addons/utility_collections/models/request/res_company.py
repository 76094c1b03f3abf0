from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    utility_request_category_id = fields.Many2one(
        comodel_name="utility.service.request.category",
        string="Service Request Category",
        help="The category of service requests of collections (COL-05).",
    )

    def _utility_sequence_values(self):
        """Add the number of a service request (COL-05) to the num formats."""
        return super()._utility_sequence_values() + [
            {
                "code": "utility.request",
                "name": self.env._("Service request number"),
                "prefix": "SR-%(year)s-",
                "padding": 5,
                "number_next": 1,
            },
        ]

    def _utility_setup(self):
        """Extend: requests of collections have the category that is shipped."""
        res = super()._utility_setup()
        for company in self.filtered(lambda comp: not comp.utility_request_category_id):
            company.utility_request_category_id = company._get_request_category()
        return res

    def _get_request_category(self):
        """The category of collections: the setting, else the one that is shipped."""
        self.ensure_one()
        return self.utility_request_category_id or self.env.ref(
            "utility_collections.service_request_category_collections",
            raise_if_not_found=False,
        )
