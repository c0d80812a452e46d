-- Where default_transaction_read_only comes from.
SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only'
