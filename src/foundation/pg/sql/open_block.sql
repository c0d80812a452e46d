-- Opens a tenant transaction where the tenant follows as SET LOCAL statements: the same as open_tenant without it.
-- $1 milliseconds.
SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('enable_bitmapscan', 'off', true)
