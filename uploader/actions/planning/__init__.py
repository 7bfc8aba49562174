"""Which rows of which list go, why the others do not, and what must be asked: all before anything is done."""
