"""What the verbs are made of: a plan is settled, a job is run, workbooks are written."""
