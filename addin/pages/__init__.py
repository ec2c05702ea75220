"""The pages of the report server and the parts of the task pane, one file a subject."""
