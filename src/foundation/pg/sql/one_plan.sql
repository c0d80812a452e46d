-- For the rest of a transaction statements keep one plan, whatever the length of their arrays: planning
-- them anew costs more than most of them.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true)
