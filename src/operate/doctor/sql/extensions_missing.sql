-- Which extensions are missing, and of those, which the server has no files for.
WITH missing AS (
    SELECT name FROM unnest(ARRAY['vector', 'pg_trgm', 'pgcrypto']) AS wanted(name)
     WHERE name NOT IN (SELECT extname FROM pg_extension)
)
SELECT coalesce((SELECT array_agg(name ORDER BY name) FROM missing), '{}'),
       coalesce((SELECT array_agg(name ORDER BY name) FROM missing
                  WHERE name NOT IN (SELECT name FROM pg_available_extensions)), '{}')
