-- For an import's transaction: a row is looked up by the index that answers in order, never by reading and
-- sorting a table, whatever the statistics say. Tables that are being filled have none that hold.
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
       set_config('enable_sort', 'off', true), set_config('jit', 'off', true)
