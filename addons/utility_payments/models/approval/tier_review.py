from odoo import api, models
from odoo.exceptions import AccessError


class TierReview(models.Model):
    """Reviews of our requests are written by the approval, by nobody else.

    `base_tier_validation` lets any user write a review, so anybody could approve
    anything over the API.
    """

    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews._check_utility_review()
        return reviews

    def write(self, vals):
        self._check_utility_review(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_utility_reviews(self):
        self._check_utility_review()

    def _check_utility_review(self, vals=None):
        """Refuse changes from outside; a comment by its reviewer is none."""
        if self.env.su:
            return
        own = self.env["utility.approval"]._approval_models()
        reviews = self.sudo().filtered(lambda review: review.model in own)
        if vals is not None and set(vals) == {"comment"}:
            reviews = reviews.filtered(
                lambda review: self.env.user not in review.reviewer_ids
            )
        if reviews:
            raise AccessError(
                self.env._(
                    "An approval is given or refused by its buttons, not by changing"
                    " the review."
                )
            )

    def _update_review_status(self):
        """Override of `base_tier_validation`: the next in line, whoever looks."""
        return super(TierReview, self.sudo())._update_review_status()

    def _get_reviewers(self):
        """Override of `base_tier_validation`: who has the role by another one, too."""
        reviewers = super()._get_reviewers()
        if self.model not in self.env["utility.approval"]._approval_models():
            return reviewers
        reviewers |= self.reviewer_group_id.all_user_ids
        if self.definition_id.exclude_requester:
            reviewers -= self.requested_by
        return reviewers
