-- Starts a transaction of several statements; open_tenant follows in the same round trip.
BEGIN
