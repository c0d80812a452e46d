-- Lets this transaction see the work of every tenant: ids and places alone.
SELECT set_config('stele.worker', 'chat', true)
