from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date, formatLang

from ..tools.period import Period, month_end, shift_months


class UtilityRegulatoryReport(models.TransientModel):
    """The monthly report: a month of a company, on screen and on paper (KPI-07).

    What it says is computed in `utility.regulatory.month`.
    """

    _name = "utility.regulatory.report"
    _description = "Monthly Report"
    # A tab that shows the report can still be reloaded after lunch.
    _transient_max_hours = 12.0

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    month = fields.Selection(
        selection=[
            ("1", "January"),
            ("2", "February"),
            ("3", "March"),
            ("4", "April"),
            ("5", "May"),
            ("6", "June"),
            ("7", "July"),
            ("8", "August"),
            ("9", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        required=True,
        default=lambda self: str(self._last_month().month),
    )
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: self._last_month().year,
    )
    content = fields.Json(compute="_compute_content")

    # -------------------------------------------------------------------------
    # COMPUTE, CONSTRAINTS
    # -------------------------------------------------------------------------

    @api.depends("month", "year")
    def _compute_display_name(self):
        for report in self:
            try:
                name = self._month_name(report._period().first)
            except ValidationError:
                name = self.env._("Monthly Report")
            report.display_name = name

    @api.depends("company_id", "month", "year")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_content(self):
        for report in self:
            # On screen a month that can't be told is a sentence in its place.
            try:
                report.content = report._read_content()
            except UserError as error:
                report.content = {"error": str(error)}

    @api.constrains("company_id", "month", "year")
    def _check_period(self):
        for report in self:
            report._period()

    @api.model
    def _last_month(self):
        """First day of the last month that is over where the company is."""
        return shift_months(self.env.company._utility_today().replace(day=1), -1)

    def _period(self):
        """The month as a Period.

        :raises ValidationError: for one that hasn't begun, or no month
        """
        self.ensure_one()
        if not (self.month and self.company_id and 2000 <= self.year <= 9998):
            raise ValidationError(
                self.env._(
                    "Choose a company, a month, and a year of four digits from 2000 on."
                )
            )
        first = date(self.year, int(self.month), 1)
        if first > self.company_id._utility_today():
            raise ValidationError(
                self.env._(
                    "%(month)s hasn't begun yet: there is nothing to report. Choose"
                    " this month, or one before.",
                    month=self._month_name(first),
                )
            )
        return Period(first, month_end(first))

    @api.model
    def _month_name(self, day):
        return format_date(self.env, day, date_format="MMMM yyyy")

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_previous(self):
        """Show the month before.

        :return: the same screen
        """
        return self._show_month(-1)

    def action_next(self):
        """Show the month after.

        :return: the same screen
        :raises ValidationError: when that hasn't begun
        """
        return self._show_month(1)

    def _show_month(self, step):
        self.ensure_one()
        first = shift_months(self._period().first, step)
        self.write({"month": str(first.month), "year": first.year})
        return False

    def action_pdf(self):
        """Download the report as PDF.

        :return: a report action
        """
        return self._report_action("utility_payments.action_report_regulatory")

    def action_xlsx(self):
        """Download the report as a workbook.

        :return: a report action
        """
        return self._report_action("utility_payments.action_report_regulatory_xlsx")

    def _report_action(self, xml_id):
        self.ensure_one()
        self._check_reader()
        return self.env.ref(xml_id).sudo().report_action(self, config=False)

    # -------------------------------------------------------------------------
    # DOCUMENT
    # -------------------------------------------------------------------------

    def _check_reader(self):
        """Raise unless the user may read the report of this company (ROL-01, ROL-04).

        :raises AccessError: below Billing Manager, or of another's company
        """
        self.check_access("read")
        if not self.env.user.has_group("utility_consumers.group_billing_manager"):
            raise AccessError(self.env._("The monthly report is for Billing Managers."))
        if self.company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._("You may only see the report of your own companies.")
            )

    def _issue_documents(self):
        """Check that the caller may hand these out; see `ir.actions.report`."""
        for report in self:
            report._check_reader()
            report._period()
        return self

    def _read_content(self):
        """What the report says, with texts as the user's language writes them.

        :return: dict of `title`, `month`, `company`, `currency`, `preliminary` (whether
            the month isn't over), `sound` (whether all checks are), `sections` as
            `utility.regulatory.month._read` returns them, rows with `texts` as well
        """
        self._check_reader()
        period = self._period()
        company = self.sudo().company_id
        sections = self.env["utility.regulatory.month"]._read(company, period)
        for section in sections:
            kinds = [column["type"] for column in section["columns"][1:]]
            for row in section["rows"]:
                row["texts"] = [
                    self._value_text(value, kind, company.currency_id)
                    for value, kind in zip(
                        row["values"], row["types"] or kinds, strict=False
                    )
                ]
        return {
            "title": self.env._("Monthly report of receivables"),
            "month": self._month_name(period.first),
            "company": company.name,
            "currency": company.currency_id.name,
            "preliminary": period.last >= company._utility_today(),
            "sound": not any(
                row["style"] == "bad" for part in sections for row in part["rows"]
            ),
            "sections": sections,
        }

    @api.model
    def _value_text(self, value, kind, currency):
        """A value as it is read; a rate or time that can't be computed is "n/a"."""
        if value is False or value is None:
            return self.env._("n/a") if kind in ("percent", "days") else ""
        if kind == "money":
            sign = "-" if value < 0 else ""
            return sign + currency.format(abs(value))
        if kind == "count":
            return formatLang(self.env, value, digits=0)
        text = formatLang(self.env, value, digits=1)
        if kind == "percent":
            return self.env._("%(number)s %%", number=text)
        return self.env._("%(number)s days", number=text)

    def _file_name(self):
        """Name of the files, without their ending."""
        self.ensure_one()
        return self.env._(
            "Monthly Report %(month)s %(company)s",
            month=f"{self.year}-{int(self.month):02}",
            company=self.sudo().company_id.name,
        )

    @api.model
    def _gone_message(self):
        return self.env._("This report is gone: open it anew from Reporting.")

    def _existing(self):
        """These reports; a tab of yesterday gets a sentence instead of nothing.

        :raises UserError: when one was cleaned up meanwhile
        """
        if not self or self.exists() != self:
            raise UserError(self._gone_message())
        return self
