-- The same for a login that becomes the runtime role for this transaction. $1 milliseconds.
SELECT set_config('role', 'stele_runtime', true), set_config('statement_timeout', $1, true),
       set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('enable_bitmapscan', 'off', true)
