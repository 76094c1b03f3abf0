from .companies import check_company_once
from .search import SearchTerm, like_escape
from .text import digits, fold, search_document
from .values import AMOUNT_LIMIT, parse_amount, parse_date
