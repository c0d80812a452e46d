-- The pgvector of this database; before it is installed, the one that CREATE EXTENSION would take. No
-- row when the server has none.
SELECT extversion::text FROM pg_extension WHERE extname = 'vector'
UNION ALL
(SELECT default_version FROM pg_available_extensions
  WHERE name = 'vector' AND installed_version IS NULL)
