-- For the rest of the transaction: the server ends the session when this client leaves it idle in it for so long.
-- $1 milliseconds
SELECT set_config('idle_in_transaction_session_timeout', $1, true)
