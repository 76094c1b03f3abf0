from . import allocation, amounts, collection
