-- Lets this transaction see the delegations of every tenant.
SELECT set_config('stele.worker', 'mesh', true)
