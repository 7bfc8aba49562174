"""The page: what people without a terminal use, served to the browser of this computer and to nobody else."""
