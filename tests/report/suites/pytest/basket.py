def price(thing):
    if thing == "gold":
        raise LookupError("no price for gold")
    return {"tea": 3, "milk": 1}[thing]
