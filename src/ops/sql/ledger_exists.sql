-- Is there a ledger? Asked first, so that a second run changes nothing.
SELECT to_regclass('public.schema_migrations') IS NOT NULL
