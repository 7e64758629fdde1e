-- Places and models are found by the search too: each that is there is marked, and the job indexes them.
INSERT INTO search_marks (kind, subject, mark) SELECT 2, place_id, 1 FROM places;
INSERT INTO search_marks (kind, subject, mark) SELECT 3, model_id, 1 FROM device_models;
