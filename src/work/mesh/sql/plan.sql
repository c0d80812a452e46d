-- For the rest of a transaction: beats are reached by their key, one by one. A plan that was made while nobody had
-- registered must do for ten thousand instances.
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true)
