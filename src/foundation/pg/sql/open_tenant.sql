-- Opens a tenant transaction: row-level security lets the rows of this pair through and no others, the
-- server cancels what runs past the deadline, and plans are made once per connection (every statement
-- of Stele is written for its generic plan). Without bitmap scans what an index has in order comes in
-- that order, as far as a LIMIT: the planner knows no tenant's size. All settings end with the transaction, so a pooler may
-- hand the connection on. $1 org, $2 project, $3 milliseconds.
SELECT set_config('stele.org_id', $1, true), set_config('stele.project_id', $2, true),
       set_config('statement_timeout', $3, true),
       set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('enable_bitmapscan', 'off', true)
