"""Invented names and places of the demonstration; any likeness is chance."""


def _words(text):
    return tuple(text.split())


FIRST_NAMES = _words(
    """
    Aaliyah Abigail Adrian Ahmed Aisha Alejandro Amara Andre Anika Antonio
    Benjamin Bianca Caleb Carmen Charlotte Chloe Daniel Darnell Deepa Diego
    Eleanor Elena Elijah Emily Ethan Fatima Fernando Florence Gabriel Grace Hannah
    Harold Hiroshi Imani Isaac Ivy Jamal Jasmine Jorge Julia Keisha Kenji Laura
    Leon Linh Lucia Malik Margaret Marcus Mei Minh Nadia Naomi Nathan Nia Noah
    Olivia Omar Patricia Priya Quentin Rafael Rebecca Rosa Ruth Samuel Sanjay
    Sofia Thomas Tyrone Valerie Victor Wei Winston Yara Yusuf Zoë
    """
)
LAST_NAMES = _words(
    """
    Abbott Adeyemi Aguilar Ahmad Alvarez Anderson Baker Banerjee Bennett Bergström
    Brooks Campbell Carter Castillo Chen Clarke Coleman Cooper Cruz Da-Silva Davis
    Delgado Diaz Dubois Edwards Ellis Evans Fernández Fischer Foster Garcia
    Gonzalez Gupta Hall Harris Hernandez Hughes Ibrahim Ivanova Jackson Jenkins
    Johnson Kaur Kelly Khan Kim Kowalski Lee Lewis Lopez Martinez Mendoza Mitchell
    Morales Müller Murphy Nakamura Nguyen Novak O'Brien Okafor Ortiz Park Patel
    Perez Price Ramirez Reed Reyes Rivera Robinson Rossi Sanders Schmidt Singh
    Sullivan Takahashi Thompson Torres Turner Vargas Walker Washington Williams
    Wright Young
    """
)
STREETS = (
    "Main Street",
    "Oak Avenue",
    "Maple Drive",
    "Riverside Road",
    "Mill Lane",
    "Station Street",
    "Chestnut Court",
    "Harbor View",
    "Church Street",
    "Elm Street",
    "Orchard Way",
    "Lincoln Avenue",
    "Park Boulevard",
    "Sunset Terrace",
    "Quarry Road",
    "Willow Crescent",
)
# Area, its code, its town
AREAS = (
    ("Old Town", "OT", "Cityville"),
    ("Riverside", "RS", "Cityville"),
    ("Harbor", "HB", "Cityville"),
    ("Northgate", "NG", "Lakeside"),
    ("Mill Valley", "MV", "Lakeside"),
    ("Eastfield", "EF", "Fairmont"),
)
COMPANIES = {
    "commercial": (
        "Bluebird Bakery",
        "Corner Market & Deli",
        "Cityville Hardware",
        "Harbor Fish House",
        "Lakeside Laundromat",
        "Maple Street Dental",
        "Northgate Auto Repair",
        "Old Mill Brewing Co.",
        "Parkside Fitness",
        "Quarry Road Veterinary Clinic",
        "Red Brick Books",
        "Riverside Diner",
        "Station Hotel",
        "Sunset Nail Studio",
        "Three Oaks Garden Center",
        "Union Coffee Roasters",
        "Valley Print Shop",
        "Willow Tree Daycare",
    ),
    "industrial": (
        "Eastfield Plastics Inc.",
        "Fairmont Foundry LLC",
        "Lakeside Cold Storage",
        "Precision Gear Works",
        "Summit Paper Mill",
    ),
    "agricultural": (
        "Green Acres Farm",
        "Hillcrest Dairy",
        "Sweetwater Orchards",
    ),
    "institutional": (
        "Cityville Elementary School",
        "Fairmont Public Library",
        "Lakeside Community Hospital",
        "St. Mark's Church",
    ),
}
