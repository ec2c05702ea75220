"""The ledger: the only place with SQL. Other rooms get a connection and call these modules."""

from sqlalchemy import Connection

from rollbook.ledger.connection import Ledger

__all__ = ["Connection", "Ledger"]
