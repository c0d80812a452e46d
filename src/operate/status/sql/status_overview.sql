-- What `db status` needs to know of the database, in one read: the schema that is worked in (NULL when
-- there is none), where it was looked for, which extensions are missing, and the version of
-- pgvector.
SELECT current_schema()::text, current_setting('search_path'),
       ARRAY(SELECT name FROM unnest(ARRAY['vector', 'pg_trgm', 'pgcrypto']) AS wanted(name)
              WHERE name NOT IN (SELECT extname FROM pg_extension) ORDER BY name),
       (SELECT extversion::text FROM pg_extension WHERE extname = 'vector')
