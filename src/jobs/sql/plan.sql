-- For the rest of a transaction: rows of jobs and job_queue are reached through the index that fits, one by one. A
-- queue is empty now and holds 100,000 jobs a minute later; a plan that was right for the one must do for the other.
-- (How many rows a LIMIT $n lets through is guessed as a tenth of the table: a hash join would then read all of it.)
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true), set_config('jit', 'off', true)
