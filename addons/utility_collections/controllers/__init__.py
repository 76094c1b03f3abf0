from . import automatic, portal
