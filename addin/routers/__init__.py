"""Where xlwings Server picks up our pages."""
