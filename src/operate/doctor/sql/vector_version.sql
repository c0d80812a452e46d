-- pgvector: installed here, offered by the server's files; and are there HNSW indexes?
SELECT (SELECT extversion::text FROM pg_extension WHERE extname = 'vector'),
       (SELECT default_version::text FROM pg_available_extensions WHERE name = 'vector'),
       EXISTS (SELECT FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'hnsw')
