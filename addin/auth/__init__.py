"""Where xlwings Server picks up our own way to sign in."""
