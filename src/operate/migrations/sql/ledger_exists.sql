-- Is there a ledger? Asked first, so that a second run changes nothing. In the schema that the session works
-- in, and in no other of search_path: another tool may keep a table of this name there.
SELECT to_regclass(quote_ident(current_schema()) || '.schema_migrations') IS NOT NULL
