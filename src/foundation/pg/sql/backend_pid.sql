-- The server process behind this transaction. A pooler tells clients another number.
SELECT pg_backend_pid()
