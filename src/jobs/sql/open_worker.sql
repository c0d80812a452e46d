-- Lets this transaction see the live jobs of every tenant: where they stand, never what is asked of them.
SELECT set_config('stele.worker', 'job', true)
