import createClient, { type Middleware } from "openapi-fetch";
import { session } from "@/lib/session/session";
import { ApiError, networkError } from "./api-error";
import type { paths } from "./schema";
import type { Problem } from "./types";

const guard: Middleware = {
  onRequest({ request }) {
    const token = session.csrfToken();
    if (token && request.method !== "GET") request.headers.set("X-CSRF-Token", token);
    return request;
  },
  onResponse({ response, schemaPath }) {
    // A wrong password is an answer, not the end of a session.
    if (response.status === 401 && schemaPath !== "/api/v1/auth/login") session.end();
  },
  onError: ({ error }) =>
    error instanceof DOMException && error.name === "AbortError" ? error : networkError(),
};

/** The API, typed by its contract. Every call goes through `unwrap`. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "http://localhost",
  credentials: "same-origin",
  // Looked up at each call, so that tests can put another one there.
  fetch: (request) => globalThis.fetch(request),
});
api.use(guard);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function problemOf(answer: Answer<unknown>): ApiError {
  const body =
    typeof answer.error === "object" && answer.error !== null ? (answer.error as Partial<Problem>) : {};
  return new ApiError({ ...body, status: answer.response.status });
}

/** The body of an answer, or a thrown ApiError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const answer = await call;
  if (!answer.response.ok) throw problemOf(answer);
  return answer.data as NonNullable<T>;
}

/** The same with the ETag, for changes that must not overwrite somebody else's. */
export async function unwrapWithTag<T>(
  call: Promise<Answer<T>>,
): Promise<{ body: NonNullable<T>; etag: string | undefined }> {
  const answer = await call;
  if (!answer.response.ok) throw problemOf(answer);
  return { body: answer.data as NonNullable<T>, etag: answer.response.headers.get("ETag") ?? undefined };
}
