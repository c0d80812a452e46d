-- The extensions that Stele stands on.
SELECT unnest(ARRAY['vector', 'pg_trgm', 'pgcrypto'])
