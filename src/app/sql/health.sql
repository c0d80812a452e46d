-- What /health shows of the database: can it be written to, and which extensions are missing.
SELECT NOT (pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean),
       coalesce((SELECT array_agg(e ORDER BY e)
                 FROM unnest(ARRAY['vector', 'pg_trgm', 'pgcrypto']) e
                 WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = e)), '{}')
