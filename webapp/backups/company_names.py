"""How a file of a whole business ends: those in storage are not part of the next one."""

SUFFIX = ".company.zip"
