-- The extensions of this database with their versions.
SELECT extname::text, extversion::text FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname
