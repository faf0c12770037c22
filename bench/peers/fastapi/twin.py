"""The stores API as a Python engineer would write it: FastAPI, pydantic, SQLAlchemy (async) on asyncpg.

Three operations of backend/openapi.yaml with the same answers, on a table in place of Store resources: bench/api
compares it with `storefleet serve`. Settings: DATABASE_HOST (folder of PostgreSQL's socket), DATABASE_NAME.
"""

import base64
import hashlib
import os
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, EmailStr, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import ForeignKey, Index, String, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Phase = Literal["Pending", "Provisioning", "Ready", "Degraded", "Sleeping", "Updating", "Retained", "Deleting", "Failed"]
NAME = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"

engine = create_async_engine(
    f"postgresql+asyncpg://postgres@/{os.environ['DATABASE_NAME']}?host={os.environ['DATABASE_HOST']}",
    pool_size=10,
    max_overflow=0,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class UserRow(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    disabled: Mapped[bool] = mapped_column(default=False)


class TokenRow(Base):
    __tablename__ = "tokens"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    scope: Mapped[str] = mapped_column(String(10))


class StoreRow(Base):
    __tablename__ = "stores"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    uid: Mapped[str] = mapped_column(String(40))
    generation: Mapped[int]
    observed_generation: Mapped[int]
    engine: Mapped[str] = mapped_column(String(40))
    engine_version: Mapped[str | None] = mapped_column(String(40))
    plan: Mapped[str] = mapped_column(String(40))
    team: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    admin_email: Mapped[str] = mapped_column(String(254))
    hosts: Mapped[list[str]] = mapped_column(JSONB)
    sample_data: Mapped[bool]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asleep: Mapped[bool]
    phase: Mapped[str] = mapped_column(String(20))
    namespace: Mapped[str | None] = mapped_column(String(63))
    url: Mapped[str | None]
    admin_url: Mapped[str | None]
    created_at: Mapped[str] = mapped_column(String(30))
    ready_seconds: Mapped[float | None]
    steps: Mapped[list[dict]] = mapped_column(JSONB)
    conditions: Mapped[list[dict]] = mapped_column(JSONB)
    __table_args__ = (Index("stores_phase", "phase"), Index("stores_team", "team"))


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="forbid")


class Step(Model):
    name: str
    state: Literal["Pending", "Running", "Done", "Failed", "Skipped"]
    started_at: str | None = None
    finished_at: str | None = None
    message: str | None = None


class Condition(Model):
    type: str
    status: bool
    reason: str
    message: str
    last_transition_time: str


class Store(Model):
    name: str
    uid: str
    generation: int
    observed_generation: int
    engine: str
    engine_version: str | None = None
    plan: str
    team: str
    title: str
    admin_email: str
    hosts: list[str]
    sample_data: bool
    values: dict[str, Any]
    asleep: bool
    phase: Phase
    namespace: str | None = None
    url: str | None = None
    admin_url: str | None = None
    created_at: str
    ready_seconds: float | None = None
    steps: list[Step]
    conditions: list[Condition]


class StoreList(Model):
    items: list[Store]
    total: int
    next_page_token: str | None = None


class CreateStore(Model):
    name: Annotated[str, Field(max_length=40, pattern=NAME)]
    engine: Literal["tiny"]
    engine_version: str | None = None
    plan: Literal["small", "medium", "large"] = "small"
    team: Annotated[str, Field(max_length=40, pattern=NAME)] = "default"
    title: Annotated[str, Field(max_length=200)] = ""
    admin_email: Annotated[EmailStr | Literal[""], Field(max_length=254)] = ""
    hosts: Annotated[list[str], Field(max_length=20)] = []
    sample_data: bool = True
    values: dict[str, Any] = {}
    asleep: bool = False


async def session():
    async with sessions() as open_session:
        yield open_session


Session = Annotated[AsyncSession, Depends(session)]


async def caller(session: Session, authorization: Annotated[str, Header()] = "") -> UserRow:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token:
        digest = hashlib.sha256(token.encode()).hexdigest()
        query = select(UserRow).join(TokenRow).where(TokenRow.digest == digest, UserRow.disabled.is_(False))
        if user := await session.scalar(query):
            return user
    raise HTTPException(401, "This needs a login, or a token that the server knows.")


Caller = Annotated[UserRow, Depends(caller)]


@asynccontextmanager
async def lifespan(_: FastAPI):
    yield
    await engine.dispose()


app = FastAPI(title="Storefleet's twin", lifespan=lifespan)


@app.get("/api/v1/stores", response_model=StoreList, response_model_exclude_none=True)
async def list_stores(
    session: Session,
    _: Caller,
    phase: Phase | None = None,
    engine: str | None = None,
    team: str | None = None,
    q: str | None = None,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=500)] = 100,
    page_token: Annotated[str, Query(alias="pageToken")] = "",
):
    conditions = []
    if phase:
        conditions.append(StoreRow.phase == phase)
    if engine:
        conditions.append(StoreRow.engine == engine)
    if team:
        conditions.append(StoreRow.team == team)
    if q:
        conditions.append(or_(StoreRow.name.icontains(q, autoescape=True), StoreRow.title.icontains(q, autoescape=True)))
    total = await session.scalar(select(func.count()).select_from(StoreRow).where(*conditions))
    page = select(StoreRow).where(*conditions).order_by(StoreRow.name).limit(page_size + 1)
    if page_token:
        page = page.where(StoreRow.name > base64.urlsafe_b64decode(page_token + "==").decode())
    rows = (await session.scalars(page)).all()
    answer = {"items": rows[:page_size], "total": total}
    if len(rows) > page_size:
        answer["next_page_token"] = base64.urlsafe_b64encode(rows[page_size - 1].name.encode()).decode().rstrip("=")
    return answer


@app.get("/api/v1/stores/{name}", response_model=Store, response_model_exclude_none=True)
async def get_store(name: str, response: Response, session: Session, _: Caller):
    store = await session.get(StoreRow, name)
    if store is None:
        raise HTTPException(404, f"There is no store named '{name}'.")
    response.headers["ETag"] = f'"{store.uid}.{store.generation}"'
    return store


@app.post("/api/v1/stores", status_code=202, response_model=Store, response_model_exclude_none=True)
async def create_store(body: CreateStore, response: Response, session: Session, _: Caller):
    store = StoreRow(
        **body.model_dump(exclude={"title"}),
        uid=str(uuid.uuid4()),
        generation=1,
        observed_generation=0,
        title=body.title,
        phase="Pending",
        created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        steps=[],
        conditions=[],
    )
    session.add(store)
    try:
        await session.commit()
    except IntegrityError:
        raise HTTPException(409, f"A store named '{body.name}' exists already.") from None
    response.headers["Location"] = f"/api/v1/stores/{store.name}"
    response.headers["ETag"] = f'"{store.uid}.{store.generation}"'
    return store
