from .text import digits, fold, search_document
