"""Makes the twin's tables, a user with a token (environment TOKEN), and the stores on standard input (JSON array)."""

import asyncio
import hashlib
import json
import os
import sys

from sqlalchemy import insert
from twin import Base, Store, StoreRow, TokenRow, UserRow, engine


async def main():
    stores = [Store.model_validate(store).model_dump() for store in json.load(sys.stdin)]
    for store in stores:  # JSONB columns hold what the answer shows
        store["steps"] = [{k: v for k, v in step.items() if v is not None} for step in store["steps"]]
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(insert(UserRow), [{"id": 1, "name": "admin", "role": "admin", "disabled": False}])
        digest = hashlib.sha256(os.environ["TOKEN"].encode()).hexdigest()
        await connection.execute(insert(TokenRow), [{"digest": digest, "user_id": 1, "scope": "full"}])
        for start in range(0, len(stores), 500):
            await connection.execute(insert(StoreRow), stores[start : start + 500])
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("ANALYZE")
    await engine.dispose()


asyncio.run(main())
