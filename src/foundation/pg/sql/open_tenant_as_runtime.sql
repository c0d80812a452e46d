-- The same for a login that could bypass row-level security or change the schema (an owner, a
-- superuser): it becomes the runtime role for this transaction.
SELECT set_config('role', 'stele_runtime', true), set_config('stele.org_id', $1, true),
       set_config('stele.project_id', $2, true), set_config('statement_timeout', $3, true),
       set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('enable_bitmapscan', 'off', true)
