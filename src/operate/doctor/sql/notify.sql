-- Tells whoever listens on a channel that the doctor has just made. $1 channel
SELECT pg_notify($1, 'heard')
