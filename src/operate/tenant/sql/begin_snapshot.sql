-- Starts a transaction that sees one moment of the database and writes nothing; open_tenant follows in
-- the same round trip.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
