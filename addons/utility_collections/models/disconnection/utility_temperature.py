from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a thermometer in the open has never left, with room to spare (°C)
COLDEST, HOTTEST = -90.0, 60.0


class UtilityTemperature(models.Model):
    """What the weather service expects of a day, for rules of temperature (COL-07).

    Entered by hand, imported from a file, or written by another program.
    """

    _name = "utility.temperature"
    _description = "Temperature Forecast"
    _order = "date desc, jurisdiction_id, area_id"
    _check_company_auto = True

    jurisdiction_id = fields.Many2one(
        comodel_name="utility.jurisdiction",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    area_id = fields.Many2one(
        comodel_name="utility.area",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Where its weather differs; empty: everywhere else in the jurisdiction.",
    )
    company_id = fields.Many2one(
        related="jurisdiction_id.company_id", store=True, precompute=True
    )
    date = fields.Date(required=True)
    low = fields.Float(string="Low (°C)", required=True, digits=(5, 1))
    high = fields.Float(string="High (°C)", required=True, digits=(5, 1))

    _day_unique = models.UniqueIndex(
        "(jurisdiction_id, date, COALESCE(area_id, 0))",
        "There is a forecast of this day already: correct that one.",
    )

    @api.depends("date", "low", "high")
    def _compute_display_name(self):
        for forecast in self:
            forecast.display_name = self.env._(
                "%(date)s: %(low)s to %(high)s °C",
                date=forecast.date,
                low=forecast.low,
                high=forecast.high,
            )

    @api.constrains("low", "high")
    def _check_degrees(self):
        for forecast in self:
            if forecast.low > forecast.high:
                raise ValidationError(
                    self.env._(
                        "The low of %(date)s is above its high: exchange them.",
                        date=forecast.date,
                    )
                )
            if forecast.low < COLDEST or forecast.high > HOTTEST:
                raise ValidationError(
                    self.env._(
                        "The temperatures of %(date)s can't be right: give degrees"
                        " Celsius from -90 to 60.",
                        date=forecast.date,
                    )
                )
