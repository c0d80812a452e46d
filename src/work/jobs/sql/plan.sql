-- For the rest of a transaction: rows of jobs and job_queue are reached through the index that fits, one by one. A
-- queue is empty now and holds 100,000 jobs a minute later; a plan that was right for the one must do for the other.
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true), set_config('jit', 'off', true)
