import { ApiError, networkError } from "@/lib/api/api-error";
import type { Problem } from "@/lib/api/types";
import { session } from "@/lib/session/session";

/** POST /api/v1/stores/{name}:retry by hand, as the contract does not have it yet. */
export async function retryStore(name: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/stores/${encodeURIComponent(name)}:retry`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRF-Token": session.csrfToken() ?? "" },
    });
  } catch {
    throw networkError();
  }
  if (response.status === 401) session.end();
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    throw new ApiError({ ...problem, status: response.status });
  }
}
