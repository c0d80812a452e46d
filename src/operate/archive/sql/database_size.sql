-- How large this database is, for progress.
SELECT pg_database_size(current_database())
