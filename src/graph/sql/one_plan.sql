-- For the rest of this transaction statements keep one plan, whatever the length of their arrays: planning a step of
-- a walk anew costs more than the step.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true)
