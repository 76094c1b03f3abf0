from . import allocation, amounts, collection, figure_scope, period
