-- The scrape's own bounds, for its transaction alone: $1 milliseconds for all of it, and no waiting for
-- locks.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', '100ms', true)
