"""Ribbon buttons, one file each. xlwings Server imports this package as ``custom_scripts``."""

if __name__ == "custom_scripts":
    from addin.serving import scripts

    globals().update(scripts())
