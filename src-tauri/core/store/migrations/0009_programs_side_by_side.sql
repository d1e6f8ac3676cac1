-- Which program awaits the redirect of a request or exchanges its code (see instance.rs). One that runs no more has left it.
ALTER TABLE authorization_requests ADD COLUMN owner TEXT;

-- Looked at every few seconds.
CREATE INDEX deliveries_on_their_way ON deliveries (id) WHERE state = 'uploading';

-- The id in the form in which two are compared, for letters beyond ASCII too.
ALTER TABLE activity ADD COLUMN operator_key TEXT;
UPDATE activity SET operator_key = LOWER(operator_id);
DROP INDEX activity_of_operator;
CREATE INDEX activity_of_operator ON activity (operator_key, id DESC);
