-- Lets this transaction see the queue of every tenant: ids alone.
SELECT set_config('stele.worker', 'embedding', true)
