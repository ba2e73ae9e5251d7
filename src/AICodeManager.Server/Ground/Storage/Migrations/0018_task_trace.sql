-- Where the request that asked for a task stands in its trace (W3C traceparent), while traces are recorded.
ALTER TABLE tasks ADD COLUMN trace_parent TEXT;
